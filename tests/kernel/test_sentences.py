"""Sentences: Chinese text everywhere, pattern and values for a page."""

import copy
import json

import pytest

from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import Sentence, say

MADE = say("请上传「{title}」。", title="平面图")


def test_a_sentence_is_its_chinese_text() -> None:
    assert MADE == "请上传「平面图」。"
    assert json.dumps(MADE, ensure_ascii=False) == '"请上传「平面图」。"'


def test_an_error_gives_its_sentence_with_pattern_and_values() -> None:
    sentence = str(BadInput(MADE))
    assert isinstance(sentence, Sentence)
    assert (sentence.pattern, sentence.values) == ("请上传「{title}」。", {"title": "平面图"})


@pytest.mark.parametrize("copied", [copy.copy(MADE), copy.deepcopy(MADE)])
def test_a_copy_keeps_both(copied: Sentence) -> None:
    assert copied == MADE
    assert copied.pattern == MADE.pattern
    assert copied.values == MADE.values
