"""What a person wrote in a box that must not stay empty."""

import pytest

from tongban.kernel.errors import BadInput
from tongban.kernel.words import check_written


@pytest.mark.parametrize("words", ["", "  \n", "\0"])
def test_an_empty_box_is_told_by_the_sentence_of_its_act(words: str) -> None:
    with pytest.raises(BadInput, match="^请写明理由。$") as told:
        check_written(words, missing="请写明理由。", field="reason")
    assert told.value.field == "reason"


def test_too_many_words_are_counted_as_characters() -> None:
    assert check_written(" " + "字" * 5 + " ", missing="", most=5) == "字" * 5
    with pytest.raises(BadInput, match="^请控制在 5 字以内，现在是 6 字。$"):
        check_written("𠮷" * 6, missing="", most=5)
