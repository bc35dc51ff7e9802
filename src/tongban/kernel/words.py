"""What a person wrote in a box that must not stay empty: a reason, an answer, a finding."""

from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say

WORDS_MAX = 1000


def check_written(words: str, *, missing: str, field: str = "words", most: int = WORDS_MAX) -> str:
    """The words without blanks around them and without NUL, which no text column takes.

    `missing` is the sentence for an empty box; `most` counts characters.

    Raises:
        BadInput: nothing was written, or more than `most`; `field` names the box.
    """
    text = words.replace("\0", "").strip()
    if not text:
        raise BadInput(missing, field=field)
    if len(text) > most:
        raise BadInput(
            say("请控制在 {n} 字以内，现在是 {length} 字。", n=most, length=len(text)), field=field
        )
    return text
