"""Which characters the embedded fonts can print (Noto Serif SC and Noto Sans SC, OFL-1.1)."""

from functools import cache

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

from tongban.documents.paper import Paper, words_of
from tongban.kernel.errors import Unavailable
from tongban.kernel.sentences import say

#: Characters that make a line, not a mark.
_LAYOUT = frozenset("\n\r\t")


class MissingGlyph(Unavailable):
    """A character of a paper is in none of the fonts; printed, it would be an empty box. Waiting does not help."""

    passes = False

    def __init__(self, *, field: str, character: str) -> None:
        super().__init__(
            say(
                "这份文书现在不能生成 PDF：「{field}」里的「{character}」（U+{point:04X}）字库里没有。网页上的内容照样有效，纸质文书请到窗口领取。",
                field=field,
                character=character,
                point=ord(character),
            )
        )
        self.field = field
        self.character = character


@cache
def printable() -> frozenset[int]:
    """The code points that at least one of the fonts has."""
    known: set[int] = set()
    for path in (serif_path(), sans_path()):
        with TTFont(path, lazy=True) as font:
            known.update(font.getBestCmap())
    return frozenset(known)


def check_glyphs(paper: Paper) -> None:
    """Refuse a paper that could not be printed whole.

    Raises:
        MissingGlyph: names the first missing character and its field.
    """
    known = printable()
    for name, words in words_of(paper):
        for character in words:
            if ord(character) not in known and character not in _LAYOUT:
                raise MissingGlyph(field=name, character=character)
