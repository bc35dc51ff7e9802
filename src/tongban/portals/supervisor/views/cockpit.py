"""The chief data officer's cockpit: five rows, each number opening into what it is made of; and a brief to print."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.services.api import get_items
from tongban.supervision.api import WATCHERS, Part, Reading, lamps, read_cockpit, read_indicator, scoring

#: Agencies with cards that the brief names: more would take a third sheet.
BRIEF_AGENCIES = 12


@dataclass(frozen=True)
class Shown:
    """An indicator as a page shows it."""

    code: str
    title: str
    formula: str
    value: str
    above: int
    below: int
    trend: str
    worst: tuple[tuple[str, str], ...]


@officers(*WATCHERS)
@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """Five rows; no wall, no radar."""
    context = {**frame(actor(request), here="supervision:cockpit"), **_context(causes=3)}
    return render(request, "supervisor/cockpit.html", context)


@officers(*WATCHERS)
@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    """The same on two sheets of A4, with the worst cause of each indicator and the lamps."""
    found = [row for row in lamps() if row.yellow or row.red]
    rows = found[:BRIEF_AGENCIES]
    names = get_agencies({row.agency for row in rows})
    context = {
        **frame(actor(request), here="supervision:cockpit"),
        **_context(causes=1),
        "lamps": [(row, names[row.agency].name if row.agency in names else row.agency) for row in rows],
        "more": len(found) - len(rows),
    }
    return render(request, "supervisor/brief.html", context)


@officers(*WATCHERS)
@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One number: formula, numerator, denominator, every row, the three worst causes."""
    reading = read_indicator(code)
    words, least = _Words([reading]), scoring().least_cases
    context = {
        **frame(actor(request), here="supervision:cockpit"),
        "shown": words.shown(reading),
        "dimension": reading.indicator.dimension,
        "since": reading.since,
        "now": clock.now(),
        "rows": [
            (
                words.agency(one),
                words.item(one),
                one,
                words.value(reading, one.above, one.below) if one.below >= least else "",
            )
            for one in reading.rows
        ],
        "least": least,
    }
    return render(request, "supervisor/indicator.html", context)


def _context(*, causes: int) -> dict[str, object]:
    rows = read_cockpit()
    words = _Words([reading for _name, readings in rows for reading in readings])
    return {
        "rows": [(name, [words.shown(reading, causes) for reading in readings]) for name, readings in rows],
        "causes": _("最差的三个原因") if causes > 1 else _("最差的原因"),
        "since": rows[0][1][0].since,
        "now": clock.now(),
    }


class _Words:
    """Names of the agencies and items that are worst, two queries."""

    def __init__(self, readings: list[Reading]) -> None:
        parts = [
            one for reading in readings for one in (reading.rows if len(readings) == 1 else reading.worst)
        ]
        self._agencies = get_agencies({one.agency for one in parts})
        self._items = get_items({one.item for one in parts if one.item})

    def agency(self, one: Part) -> str:
        return self._agencies[one.agency].name if one.agency in self._agencies else one.agency

    def item(self, one: Part) -> str:
        return self._items[one.item].title if one.item in self._items else one.item

    @staticmethod
    def value(reading: Reading, above: int, below: int) -> str:
        if not below:
            return "–"
        return f"{above / below:.1%}" if reading.indicator.share else f"{above / below:.2f}"

    def shown(self, reading: Reading, causes: int = 3) -> Shown:
        one = reading.indicator
        worst = tuple(
            (
                " ".join(words for words in (self.agency(part), self.item(part)) if words),
                f"{part.above:,} ÷ {part.below:,}",
            )
            for part in reading.worst[:causes]
        )
        trend = _("没有可比的")
        if reading.before is not None and reading.value is not None:
            change = reading.value - reading.before
            amount = _("{n} 个百分点").format(n=f"{change * 100:+.1f}") if one.share else f"{change:+.2f}"
            trend = _("比前三个月 {amount}").format(amount=amount)
        value = self.value(reading, reading.above, reading.below)
        return Shown(one.code, one.title, one.formula, value, reading.above, reading.below, trend, worst)
