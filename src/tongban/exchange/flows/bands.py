"""Flows as three bands: across agencies, between levels, between government and the public. Small numbers are folded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from tongban.exchange.flows.models import FlowDay
from tongban.identity.api import AgencyView, get_agencies

#: Below this, a number may be about one person's affairs; who is no party of the flow does not see it. A rule of ours.
SMALL = 5
#: In the order of the picture.
BANDS = ("across", "levels", "public")
PERIODS = ("day", "week", "month")


@dataclass(frozen=True)
class Period:
    """A day, a week from Monday on, or a month: `first` to `last`, both counted."""

    by: str
    first: date
    last: date

    @property
    def before(self) -> "Period":
        """The period that ends the day before."""
        return period_at(self.by, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        """The period that begins the day after."""
        return period_at(self.by, self.last + timedelta(days=1))


@dataclass(frozen=True)
class Ribbon:
    """What moved from one party to another (an agency's code; empty: people and firms; None: several, folded)."""

    band: str
    source: str | None
    target: str | None
    answered: int
    refused: int
    silent: int
    late: int = 0
    what: str = ""
    resource: str = ""
    #: How many rows were folded into this one because each was too small to be shown.
    folded: int = 0

    @property
    def total(self) -> int:
        """All of it, refused and silent ones too."""
        return self.answered + self.refused + self.silent

    @property
    def hidden(self) -> bool:
        """Too few to be shown even when folded together."""
        return bool(self.folded) and self.total < SMALL


@dataclass(frozen=True)
class Flows:
    """The ribbons of a period, the largest of each band first; `inside` counts what stayed within one agency."""

    period: Period
    ribbons: tuple[Ribbon, ...]
    inside: int

    def band(self, name: str) -> list[Ribbon]:
        """The ribbons of one band."""
        return [one for one in self.ribbons if one.band == name]


def period_at(by: str, day: date) -> Period:
    """The day, week or month in which `day` lies; anything else is a month."""
    if by == "day":
        return Period("day", day, day)
    if by == "week":
        monday = day - timedelta(days=day.weekday())
        return Period("week", monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period("month", first, following - timedelta(days=1))


def flows_in(period: Period) -> Flows:
    """What moved in a period, by parties, for somebody who is party of none of it. Two queries."""
    rows = list(_sums(_days(period), "source", "target"))
    return Flows(
        period,
        tuple(one for band in BANDS for one in fold_small([row for row in rows if row.band == band])),
        sum(row.total for row in rows if row.band == "inside"),
    )


def rows_behind(
    period: Period, *, band: str = "", source: str | None = None, target: str | None = None
) -> list[Ribbon]:
    """The rows behind a band or a ribbon, by parties, resource and what moved. Two queries.

    They are folded ribbon by ribbon, whatever is asked for, so that no two pages together tell a small number.
    """
    rows = list(_sums(_days(period), "source", "target", "what", "resource"))
    parties: dict[tuple[str, str | None, str | None], list[Ribbon]] = {}
    for row in rows:
        parties.setdefault((row.band, row.source, row.target), []).append(row)
    found: list[Ribbon] = []
    for name in BANDS:
        ribbons = [_together(of) for key, of in parties.items() if key[0] == name]
        for ribbon in fold_small(ribbons) if band in {"", name} else []:
            if not ribbon.folded:
                found += fold_small(parties[ribbon.band, ribbon.source, ribbon.target])
            elif source is None and target is None:
                found.append(ribbon)
    return [
        row
        for row in found
        if (source is None or row.source == source) and (target is None or row.target == target)
    ]


def fold_small(rows: Sequence[Ribbon]) -> list[Ribbon]:
    """The rows, the largest first, those below `SMALL` folded into one.

    One alone would be told by the total, so the next one is folded with it: at least two, and no fewer than `SMALL`.
    """
    ordered = sorted(rows, key=lambda row: (-row.total, row.source or "", row.target or "", row.resource))
    small = [row for row in ordered if row.total < SMALL]
    shown = ordered[: len(ordered) - len(small)]
    while shown and small and (len(small) < 2 or sum(row.total for row in small) < SMALL):
        small.insert(0, shown.pop())
    if not small:
        return shown
    return [*shown, replace(_together(small), folded=len(small), what="", resource="")]


def largest(ribbons: Sequence[Ribbon], limit: int) -> list[Ribbon]:
    """The first of a band for the picture; the rest stands together with what was folded."""
    if len(ribbons) <= limit:
        return list(ribbons)
    rest = ribbons[limit - 1 :]
    together = replace(_together(rest), source=None, target=None, folded=sum(row.folded or 1 for row in rest))
    return [*ribbons[: limit - 1], together]


def _together(rows: Sequence[Ribbon]) -> Ribbon:
    """The sum of rows, at least one; a party is told where it is the same in all."""
    sources, targets = {row.source for row in rows}, {row.target for row in rows}
    return Ribbon(
        band=rows[0].band,
        source=rows[0].source if len(sources) == 1 else None,
        target=rows[0].target if len(targets) == 1 else None,
        answered=sum(row.answered for row in rows),
        refused=sum(row.refused for row in rows),
        silent=sum(row.silent for row in rows),
        late=sum(row.late for row in rows),
    )


def _days(period: Period) -> "QuerySet[FlowDay]":
    return FlowDay.objects.filter(day__gte=period.first, day__lte=period.last)


def _sums(days: "QuerySet[FlowDay]", *by: str) -> Iterable[Ribbon]:
    found: dict[tuple[str, ...], dict[str, int]] = {}
    rows = days.order_by().values_list(*by, "outcome").annotate(Sum("uses"), Sum("late"))
    for row in rows:
        key, (outcome, uses, late) = row[: len(by)], row[len(by) :]
        sums = found.setdefault(key, {"answered": 0, "refused": 0, "silent": 0, "late": 0})
        sums[outcome if outcome in {"refused", "silent"} else "answered"] += uses
        sums["late"] += late
    agencies = get_agencies({code for source, target, *_more in found for code in (source, target) if code})
    for key, sums in found.items():
        said = dict(zip(by, key, strict=True))
        band = _band(said["source"], said["target"], agencies)
        yield Ribbon(band=band, **said, **sums)  # type: ignore[arg-type]


def _band(source: str, target: str, agencies: "dict[str, AgencyView]") -> str:
    """Which band two parties make; an agency that identity does not know counts as one of the same level."""
    if not source or not target:
        return "public"
    if source == target:
        return "inside"
    levels = {agencies[code].level for code in (source, target) if code in agencies}
    return "levels" if len(levels) > 1 else "across"
