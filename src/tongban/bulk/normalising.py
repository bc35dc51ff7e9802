"""Chinese names, numbers, telephones and addresses as they are compared, a column at a time.

One form for what is written in several: traditional and simplified characters, full and half width, the dots inside names of
minorities, spaces, old numbers of 15 digits, figures in Chinese. Each function takes a column and gives one of the same
length; nothing stays nothing, and what is in its form already stays as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

Column = Sequence[str | None]

#: No text that a database holds has it.
_BETWEEN = "\0"
_NO_BLANKS = dict.fromkeys((*range(1, 33), 127))
_DOTS = "·•․‧∙⋅・･.。"
_DASHES = "‐‑‒–—―−ー"
#: Families whose name is not read as the character usually is (《现代汉语词典》), two characters first.
SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai", "鲜于": "xian yu",
    "宰父": "zai fu", "亓官": "qi guan",
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "朴": "piao", "盖": "ge",
    "覃": "qin", "乐": "yue", "翟": "zhai", "缪": "miao", "员": "yun", "秘": "bi", "折": "she", "黑": "he",
    "种": "chong", "隗": "wei", "祭": "zhai", "佴": "nai", "郗": "chi", "牟": "mu", "能": "nai",
    "乜": "nie", "洗": "xian", "藏": "zang", "炅": "gui", "召": "shao", "繁": "po", "句": "gou",
    "么": "yao", "薄": "bo", "卜": "bu",
}  # fmt: skip
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLD_NUMBER = re.compile(r"\d{15}")
_NO_DIGIT = re.compile(r"[^0-9A-Z]+")
_CALLED = re.compile(r"^(?:\+?0{0,2}86)(?=1\d{10}$)")
_DIGITS = dict(zip("零〇一二三四五六七八九两", (0, *range(10), 2), strict=True))
_HAN_FIGURE = re.compile(r"[零〇一二三四五六七八九两十百]+(?=[号號栋幢座楼层单室弄组户#])")
_AREA = re.compile(
    r"(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{2,8}?(?:市|自治州|地区|盟))?(?:.{1,7}?(?:(?<![小园社])区|县|旗|市))?"
)
_FROM_DIGIT = re.compile(r"第?\d")
_FIGURE = re.compile(r"[零〇一二三四五六七八九两十百]+(?=[号號栋幢座楼层单室弄组户#])")
_ADDRESS = re.compile(
    r"(?P<area>(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{2,8}?(?:市|自治州|地区|盟))?(?:.{1,7}?(?:(?<![小园社])区|县|旗|市))?)"
    r"(?P<road>.*?)(?P<rest>(?:第?\d.*)?)"
)
_FIGURE = re.compile(r"\d+[A-Z]?|(?<![A-Z])[A-Z](?=[座栋幢])")


def normal_texts(values: Column) -> list[str | None]:
    """Texts of any sort: full width as half, capitals, simplified characters, no blanks, one sort of dash."""
    joined = _BETWEEN.join([value or "" for value in values])
    if joined.count(_BETWEEN) >= len(values):
        joined = _BETWEEN.join([(value or "").replace(_BETWEEN, "") for value in values])
    if joined.isascii():
        folded = joined.upper().translate(_NO_BLANKS)
    else:
        composed = unicodedata.normalize("NFKC", joined).translate(_folding())
        folded = unicodedata.normalize("NFKC", composed)
    return [text or None for text in folded.split(_BETWEEN)] if values else []


def normal_names(values: Column) -> list[str | None]:
    """Names of people and bodies: besides, every dot between two parts of a name is the same dot."""
    dotted = str.maketrans(dict.fromkeys(_DOTS, "·"))
    return [text and (text.translate(dotted).strip("·") or None) for text in normal_texts(values)]


def sounds(names: Column) -> list[str | None]:
    """The syllables of normal names without tones, the family's as it is read in names: 单晓明 is `shan xiao ming`."""
    return _each(_sound, names)


def normal_numbers(values: Column) -> list[str | None]:
    """Identity numbers and codes: letters and digits alone; a number of 15 digits as the 18 that it became."""
    return [text and _number(text) for text in normal_texts(values)]


def normal_phones(values: Column) -> list[str | None]:
    """Telephones: digits alone, without the country's."""
    return [text and _phone(text) for text in normal_texts(values)]


def split_addresses(values: Column) -> tuple[list[str | None], list[str | None], list[str | None]]:
    """Addresses as areas, roads and numbers: 青石区桂树巷 12 号 3 单元 402 室 is 青石区, 桂树巷, `12-3-402`."""
    parts = [_address(text) if text else (None, None, None) for text in normal_texts(values)]
    areas, roads, numbers = ([part[n] for part in parts] for n in range(3))
    return areas, roads, numbers


def _each(normal: Callable[[str], str | None], values: Column) -> list[str | None]:
    """A value after the other, each different one once."""
    known: dict[str | None, str | None] = {value: normal(value) for value in set(values) if value}
    return [known.get(value) for value in values]


class _Folding(dict[int, str]):
    """What a character is compared as, found out when it is met first."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code))
        return found


@cache
def _folding() -> _Folding:
    return _Folding({0: _BETWEEN})


def _folded(char: str) -> str:
    """Characters of formats and blanks vanish, a traditional one becomes its simplified one until none is left to change."""
    if char in _DASHES:
        return "-"
    if char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Mn"}:
        return ""
    plain, before = unicodedata.normalize("NFKC", char.upper()), ""
    while plain != before:
        plain, before = unicodedata.normalize("NFKC", str(_converter().convert(plain)).upper()), plain
    return "".join(one for one in plain if not one.isspace())


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - in a child that normalises

    return OpenCC("t2s")


def _sound(name: str) -> str:
    read = next((SURNAMES[name[:n]] for n in (2, 1) if name[:n] in SURNAMES), "")
    taken = read.count(" ") + 1 if read else 0
    return " ".join([*([read] if read else []), *(_syllable(char) for char in name[taken:])])


@cache
def _syllable(char: str) -> str:
    """The first reading of a character, without its tone; what has none stays."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - in a child that normalises

    first = pinyin_dict.get(ord(char), char).partition(",")[0]
    bare = (
        one
        for one in unicodedata.normalize("NFD", first)
        if not unicodedata.combining(one) or one == "\u0308"
    )
    return "".join(bare).replace("u\u0308", "v")


def _number(text: str) -> str | None:
    if len(text) == 18 and text.isascii() and text.isalnum():
        return text
    plain = _NO_DIGIT.sub("", text)
    if _OLD_NUMBER.fullmatch(plain):
        body = f"{plain[:6]}19{plain[6:]}"
        total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
        return f"{body}{'10X98765432'[total % 11]}"
    return plain or None


def _phone(text: str) -> str | None:
    if len(text) == 11 and text.isascii() and text.isdigit():
        return text
    return "".join(char for char in _CALLED.sub("", text.replace("-", "")) if char.isdigit()) or None


def _address(text: str) -> tuple[str | None, str | None, str | None]:
    said = _HAN_FIGURE.sub(lambda found: str(_figure(found[0])), text)
    digit = _FROM_DIGIT.search(said)
    before, rest = (said[: digit.start()], said[digit.start() :]) if digit else (said, "")
    return *_place(before), "-".join(_FIGURE.findall(rest)) or None


@lru_cache(maxsize=100_000)
def _place(text: str) -> tuple[str | None, str | None]:
    """The area and the road; a town has few of them."""
    area = _AREA.match(text)
    end = area.end() if area else 0
    return text[:end] or None, text[end:].strip("-,，、") or None


def _figure(han: str) -> int:
    """十二 is 12, 一百零三 103, 二〇一 201."""
    if not set(han) & {"十", "百"}:
        return int("".join(str(_DIGITS[char]) for char in han))
    total, last = 0, 0
    for char in han:
        if char in "十百":
            total += (last or 1) * (10 if char == "十" else 100)
            last = 0
        else:
            last = _DIGITS[char]
    return total + last
