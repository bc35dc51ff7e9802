"""What may be erased of a person and what must be kept, why and until when. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from tongban.journal.api import PartAbout
from tongban.kernel import clock
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class Retention:
    """A rule of keeping: `kinds` are beginnings of names of kinds; no `months`: the term is not fixed yet."""

    code: str
    title: str
    kinds: tuple[str, ...]
    months: int | None
    cite: str
    verified: bool


@dataclass(frozen=True)
class Kept:
    """Entries that stay, for one reason; `until` is the last day that is known, None while there is none."""

    reason: str
    cite: str
    verified: bool
    until: date | None
    count: int


@dataclass(frozen=True)
class Assessment:
    """What would go, and what stays."""

    erasable: tuple[PartAbout, ...]
    kept: tuple[Kept, ...]


def assess(
    parts: Sequence[PartAbout], rules: Sequence[Retention], *, open_cases: Collection[str], on: date
) -> Assessment:
    """Hold every part against open cases and rules of keeping; the rule that keeps longest gives the reason."""
    erasable = []
    kept: dict[tuple[str, str, bool], tuple[date | None, int]] = {}
    for part in parts:
        why = _why_kept(part, rules, open_cases, on)
        if why is None:
            erasable.append(part)
            continue
        reason, cite, verified, until = why
        known, count = kept.get((reason, cite, verified), (until, 0))
        last = max(known, until) if known and until else None
        kept[reason, cite, verified] = (last, count + 1)
    return Assessment(
        tuple(erasable), tuple(Kept(*key, until=until, count=count) for key, (until, count) in kept.items())
    )


def months_after(day: date, months: int) -> date:
    """The day `months` later; the last of its month where that has no such day (民法典 201, 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    following = date(day.year + years + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date.resolution).day
    return date(day.year + years, month + 1, min(day.day, last))


def _why_kept(
    part: PartAbout, rules: Sequence[Retention], open_cases: Collection[str], on: date
) -> tuple[str, str, bool, date | None] | None:
    number = part.case_number
    if number and (number in open_cases or number.rpartition("-")[0] in open_cases):
        return say("办件 {number} 还没有办结", number=number), "", True, None
    holding = []
    for rule in rules:
        if not any(part.kind.startswith(beginning) for beginning in rule.kinds):
            continue
        if rule.months is None:
            return rule.title, rule.cite, rule.verified, None
        until = months_after(clock.local(part.recorded_at).date(), rule.months)
        if until >= on:
            holding.append((until, rule))
    if not holding:
        return None
    until, rule = max(holding, key=lambda one: one[0])
    return rule.title, rule.cite, rule.verified, until
