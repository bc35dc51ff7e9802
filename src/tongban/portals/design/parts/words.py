"""Small words that many parts share: lamps, states, citations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.functional import Promise

from tongban.portals.design.fields import Text

#: A word, a lazy word, or a number as it is.
Shown = str | Promise | int
Tone = Literal["plain", "info", "success", "warning", "danger"]
Colour = Literal["green", "yellow", "red", "none"]
Day = date | datetime

#: Shape and word, never colour alone (ux 1.4).
LAMPS: dict[str, str] = {"green": "●", "yellow": "▲", "red": "■", "none": "○"}


@dataclass(frozen=True)
class Lamp:
    """A lamp with its words: ● 正常, ▲ 黄牌·剩 1 天, ■ 红牌·超 2 天."""

    colour: Colour
    words: Text

    @property
    def shape(self) -> str:
        """The sign that can be read in greyscale."""
        return LAMPS[self.colour]


@dataclass(frozen=True)
class Status:
    """The state of a thing in one word of ux 3.4, set as a tag."""

    words: Text
    tone: Tone = "plain"


@dataclass(frozen=True)
class Citation:
    """The law behind a sentence. `law` without brackets; `article` as 第三十五条."""

    law: Text
    article: Text = ""
    verified: bool = True
    url: str = ""
