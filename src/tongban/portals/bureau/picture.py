"""The picture of flows: three bands under each other, providers at the left, users at the right, ribbons between.

Drawn on the server as shapes for inline SVG, in two widths, so that words are as large on a telephone as on a desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.exchange.api import BANDS, Flows, Ribbon, largest

#: Widths in CSS pixels: what fits into a page of 360 px, and the measure of a desk.
WIDTHS = {"narrow": 312, "wide": 720}
#: So many ribbons of a band are drawn; the rest stands together in the last.
RIBBONS_MAX = 7
_NODE_W = 10
_SLOT, _GAP = 28.0, 10.0
_THICKEST, _THINNEST = 64.0, 4.0
_HEAD = 34.0
#: Where the ribbons run, as shares of the width: words stand beside them.
_LEFT, _RIGHT = 0.36, 0.64


@dataclass(frozen=True)
class DrawnNode:
    """A party at one side of a band: its block, and where its words stand (`end` for those at the left)."""

    name: str
    x: float
    y: float
    height: float
    words_x: float
    words_y: float
    anchor: str


@dataclass(frozen=True)
class DrawnRibbon:
    """A ribbon: its shape, the part of it that was refused or silent, what it says, and where it leads."""

    path: str
    failed_path: str
    label: str
    url: str


@dataclass(frozen=True)
class DrawnBand:
    """One band with its heading at `y`."""

    code: str
    y: float
    nodes: tuple[DrawnNode, ...]
    ribbons: tuple[DrawnRibbon, ...]


@dataclass(frozen=True)
class Picture:
    """The whole picture at one width."""

    size: str
    width: int
    height: float
    bands: tuple[DrawnBand, ...]


@dataclass(frozen=True)
class Words:
    """What the picture says: names of parties by band (None: several together); words and address of each ribbon."""

    names: Mapping[tuple[str, str | None], str]
    labels: Mapping[Ribbon, str]
    urls: Mapping[Ribbon, str]


def drawn_ribbons(flows: Flows) -> list[Ribbon]:
    """The ribbons that the picture shows, band by band."""
    return [one for band in BANDS for one in largest(flows.band(band), RIBBONS_MAX)]


def draw(ribbons: Sequence[Ribbon], words: Words) -> list[Picture]:
    """The picture in each width; thickness is in proportion to the count, the same in all bands."""
    scale = _THICKEST / max((one.total for one in ribbons), default=1)
    pictures = []
    for size, width in WIDTHS.items():
        bands, y = [], 0.0
        for code in BANDS:
            band, y = _band(
                code, [one for one in ribbons if one.band == code], words, scale=scale, width=width, top=y
            )
            bands.append(band)
        pictures.append(Picture(size, width, y, tuple(bands)))
    return pictures


def _band(
    code: str, ribbons: Sequence[Ribbon], words: Words, *, scale: float, width: int, top: float
) -> tuple[DrawnBand, float]:
    """One band, and where the next begins."""
    start = top + _HEAD
    thick = {one: max(_THINNEST, one.total * scale) for one in ribbons}
    left, left_end = _column([one.source for one in ribbons], list(thick.values()), start)
    right, right_end = _column([one.target for one in ribbons], list(thick.values()), start)
    x1, x2 = width * _LEFT, width * _RIGHT
    nodes = [
        _node(words.names[code, party], x1 - _NODE_W, y, height, at_left=True)
        for party, (y, height) in left.items()
    ]
    nodes += [
        _node(words.names[code, party], x2, y, height, at_left=False) for party, (y, height) in right.items()
    ]
    taken_left, taken_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    drawn = []
    for one in ribbons:
        height = thick[one]
        y1, y2 = left[one.source][0] + taken_left[one.source], right[one.target][0] + taken_right[one.target]
        taken_left[one.source] += height
        taken_right[one.target] += height
        failed = height * (one.refused + one.silent) / one.total
        drawn.append(
            DrawnRibbon(
                _path(x1, y1, x2, y2, height),
                _path(x1, y1 + height - failed, x2, y2 + height - failed, failed) if failed else "",
                words.labels[one],
                words.urls[one],
            )
        )
    end = max(left_end, right_end, start + (0 if ribbons else _SLOT))
    return DrawnBand(code, top + _HEAD * 0.6, tuple(nodes), tuple(drawn)), end


def _column(
    parties: Sequence[str | None], heights: Sequence[float], start: float
) -> tuple[dict[str | None, tuple[float, float]], float]:
    """Where each party of a side stands: top and height; and where the column ends."""
    sums: dict[str | None, float] = {}
    for party, height in zip(parties, heights, strict=True):
        sums[party] = sums.get(party, 0.0) + height
    places, y = {}, start
    for party, height in sums.items():
        slot = max(_SLOT, height)
        places[party] = (y + (slot - height) / 2, height)
        y += slot + _GAP
    return places, y


def _node(name: str, x: float, y: float, height: float, *, at_left: bool) -> DrawnNode:
    return DrawnNode(
        name=name,
        x=round(x, 1),
        y=round(y, 1),
        height=round(height, 1),
        words_x=round(x - 6 if at_left else x + _NODE_W + 6, 1),
        words_y=round(y + height / 2, 1),
        anchor="end" if at_left else "start",
    )


def _path(x1: float, y1: float, x2: float, y2: float, height: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}V{y2 + height:.1f}"
        f"C{middle:.1f} {y2 + height:.1f} {middle:.1f} {y1 + height:.1f} {x1:.1f} {y1 + height:.1f}Z"
    )
