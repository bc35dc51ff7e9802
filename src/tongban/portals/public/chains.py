"""Chains of items and papers as shapes for inline SVG: boxes under each other, an arrow between each two.

A circle is a chain whose last arrow runs back to the first box. Drawn in two widths, so that words are as large on a
telephone as on a desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: Widths in CSS pixels: what fits into a page of 360 px, and the measure of a desk.
WIDTHS = {"narrow": 312, "wide": 640}
_BOX_H, _ARROW_H, _EDGE = 52.0, 46.0, 1.0
#: Where arrows run, how far beside them words stand, and the strip at the right in which a circle runs back.
_ARROW_X, _BESIDE, _BACK = 24.0, 14.0, 28.0
#: Room of a Han character of the pictures' type.
_CHARACTER = 14


@dataclass(frozen=True)
class Link:
    """A box of a chain with its two lines, and the words and address of the arrow that leaves it."""

    title: str
    note: str
    url: str
    arrow: str = ""
    arrow_url: str = ""


@dataclass(frozen=True)
class DrawnBox:
    """A box at (1, `y`); words that do not fit are cut, `whole` says all of them."""

    y: float
    title_y: float
    note_y: float
    title: str
    note: str
    whole: str
    url: str


@dataclass(frozen=True)
class DrawnArrow:
    """An arrow with its head, and its words."""

    path: str
    head: str
    words: str
    whole: str
    x: float
    y: float
    url: str


@dataclass(frozen=True)
class Chain:
    """A whole chain at one width."""

    size: str
    width: int
    box_width: float
    box_height: float
    height: float
    boxes: tuple[DrawnBox, ...]
    arrows: tuple[DrawnArrow, ...]


def draw_chain(links: Sequence[Link], *, closed: bool = False) -> list[Chain]:
    """The chain in each width; a `closed` one runs back from its last box to its first."""
    return [_chain(links, size, width, closed=closed) for size, width in WIDTHS.items()]


def _chain(links: Sequence[Link], size: str, width: int, *, closed: bool) -> Chain:
    box_width = width - 2 * _EDGE - (_BACK if closed else 0)
    fits = int(box_width - 2 * _BESIDE) // _CHARACTER
    boxes, arrows = [], []
    for number, link in enumerate(links):
        y = _EDGE + number * (_BOX_H + _ARROW_H)
        boxes.append(
            DrawnBox(
                y,
                y + 18,
                y + 38,
                _cut(link.title, fits),
                _cut(link.note, fits),
                f"{link.title} {link.note}",
                link.url,
            )
        )
        below = y + _BOX_H
        last = number == len(links) - 1
        if last and not closed:
            continue
        path, head = _back(below, box_width) if last else _down(below)
        arrows.append(
            DrawnArrow(
                path,
                head,
                _cut(link.arrow, fits - 2),
                link.arrow,
                _ARROW_X + _BESIDE,
                below + (_ARROW_H - 18 if last else _ARROW_H / 2),
                link.arrow_url,
            )
        )
    height = len(links) * (_BOX_H + _ARROW_H) - (0 if closed else _ARROW_H) + 2 * _EDGE
    return Chain(size, width, box_width, _BOX_H, height, tuple(boxes), tuple(arrows))


def _down(y: float) -> tuple[str, str]:
    end = y + _ARROW_H
    return f"M{_ARROW_X:.1f} {y:.1f}V{end - 8:.1f}", _head_down(end)


def _head_down(y: float) -> str:
    return f"M{_ARROW_X - 5:.1f} {y - 8:.1f}h10L{_ARROW_X:.1f} {y:.1f}Z"


def _back(y: float, box_width: float) -> tuple[str, str]:
    """Out of the last box, along the right edge, into the middle of the first."""
    bottom, right, into = y + _ARROW_H - 4, box_width + _BACK - 6, _EDGE + _BOX_H / 2
    end = _EDGE + box_width
    path = f"M{_ARROW_X:.1f} {y:.1f}V{bottom:.1f}H{right:.1f}V{into:.1f}H{end + 8:.1f}"
    return path, f"M{end + 8:.1f} {into - 5:.1f}v10L{end:.1f} {into:.1f}Z"


def _cut(words: str, fits: int) -> str:
    """Han characters are as wide as two letters."""
    room = fits * 2
    for number, character in enumerate(words):
        room -= 1 if character.isascii() else 2
        if room < 0:
            return f"{words[: max(number - 1, 1)]}…"
    return words
