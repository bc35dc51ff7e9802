"""Names of people as they are kept: one dot, no tricks, every character one that other systems can read."""

import unicodedata

from tongban.kernel.errors import BadInput
from tongban.kernel.sentences import say

#: Longest name that is taken; names of minorities and foreigners reach some forty characters.
NAME_LENGTH_MAX = 80
#: What keyboards give for the dot between the parts of a name; kept is U+00B7 (GB/T 2312 and the police's own form).
DOTS = "".join(map(chr, (0x00B7, 0x2022, 0x30FB, 0x2027, 0x2219, 0x22C5, 0x25CF, 0xFF0E, 0x3002, 0x2024)))
_DOT = "·"
_BETWEEN = {_DOT, " ", "-", "'", "’"}


def checked_name(text: str, *, field: str) -> str:
    """A person's name, with dots and spaces brought to one form; rare Han characters are kept as they are.

    Raises:
        BadInput: too long, or with characters that no name has; says which.
    """
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    name = "".join(_DOT if char in DOTS else char for char in plain).strip(_DOT + " ")
    if not name:
        raise BadInput("请填写姓名。", field=field)
    if len(name) > NAME_LENGTH_MAX:
        raise BadInput(
            say("姓名有 {n} 个字，最多 {most} 个。请照身份证填写。", n=len(name), most=NAME_LENGTH_MAX),
            field=field,
        )
    for char in name:
        if unicodedata.category(char) == "Co":
            raise BadInput(
                say(
                    "姓名里有一个别的系统认不出的字（自造字 U+{point:04X}）。请用标准字库里的字；打不出来的，写同音字并请窗口更正。",
                    point=ord(char),
                ),
                field=field,
            )
        if not (char.isalpha() or unicodedata.category(char) == "Mn" or char in _BETWEEN):
            raise BadInput(
                say("姓名里不能有「{char}」。请照身份证填写，间隔号用“·”。", char=char), field=field
            )
    return name
