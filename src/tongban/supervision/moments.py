"""When a watch reaches its levels: pure functions of its due day, its pauses and the rule."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil

from tongban.clocks.api import Limit, add_working_days, due_day, working_day
from tongban.kernel import clock
from tongban.supervision.schema import Level, RuleTerms

Moment = datetime | None


def stated_day(said: object) -> date | None:
    """A day as an entry states it, also as the beginning of a moment; None where it states none."""
    try:
        return date.fromisoformat(str(said)[:10]) if said else None
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def counted_day(amount: int, unit: str, start: date) -> date:
    """The last day of a counted limit that began on `start`."""
    return due_day(Limit(amount, "day" if unit == "day" else "working_day", ""), start)


@lru_cache(maxsize=65536)
def working_days(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`."""
    return sum(working_day(first + timedelta(days=n))[0] for n in range(1, (last - first).days + 1))


def moved_day(
    stated: date, unit: str, begins: Sequence[date], ends: Sequence[date]
) -> tuple[date, date | None]:
    """The due day moved by the pauses, and since when one is open (None: none is).

    Days after a pause's begin up to and including its end do not count.
    """
    stretches = pair(begins, ends)
    open_since = next((begin for begin, end in stretches if end is None), None)
    skipped = {
        begin + timedelta(days=n)
        for begin, end in stretches
        if end
        for n in range(1, min((end - begin).days, 3660) + 1)
    }
    if not skipped:
        return stated, open_since
    due, extra = stated, -1
    while extra != (found := sum(1 for day in skipped if day <= due and _counts(unit, day))):
        extra = found
        due = add_working_days(stated, extra) if unit == "working_day" else stated + timedelta(days=extra)
    return due, open_since


def pair(begins: Sequence[date], ends: Sequence[date]) -> list[tuple[date, date | None]]:
    """Each begin with the first end on or after it that no earlier begin took, however they arrived."""
    left, found = sorted(ends), []
    for begin in sorted(begins):
        end = next((one for one in left if one >= begin), None)
        if end is not None:
            left.remove(end)
        found.append((begin, end))
    return found


def levels(terms: RuleTerms, *, began: date, due: date) -> tuple[Moment, Moment, Moment]:
    """When reminder, yellow and red are reached, each at the midnight that begins a day; None where there is none."""
    amount = max(working_days(began, due), 1) if due > began else 1
    return (
        _before(terms.reminder, began, due, amount),
        _after(terms.yellow, due, amount),
        _after(terms.red, due, amount),
    )


def hour_levels(terms: RuleTerms, *, began: datetime, due: datetime) -> tuple[Moment, Moment, Moment]:
    """The same where hours count, day and night: levels are moments, `days` are of 24 hours."""

    def at(level: Level | None, sign: int) -> Moment:
        if level is None:
            return None
        moments = [due + sign * timedelta(days=level.days)] if level.days is not None else []
        if level.ratio is not None:
            moments.append(began + (due - began) * level.ratio)
        return min(moments, default=None)

    return at(terms.reminder, -1), at(terms.yellow, 1), at(terms.red, 1)


def _before(level: Level | None, began: date, due: date, amount: int) -> Moment:
    if level is None:
        return None
    days = [_back(due, level.days)] if level.days is not None else []
    if level.ratio is not None and level.ratio < 1:
        days.append(add_working_days(began, ceil(amount * level.ratio)))
    return midnight(min(days)) if days else None


def _after(level: Level | None, due: date, amount: int) -> Moment:
    if level is None:
        return None
    extra = [level.days] if level.days is not None else []
    if level.ratio is not None:
        extra.append(max(ceil(amount * (level.ratio - 1)), 0))
    return midnight(_forward(due, min(extra, default=0)) + timedelta(days=1))


@lru_cache(maxsize=65536)
def _back(day: date, amount: int) -> date:
    while amount > 0:
        day -= timedelta(days=1)
        amount -= working_day(day)[0]
    return day


@lru_cache(maxsize=65536)
def _forward(day: date, amount: int) -> date:
    return add_working_days(day, amount)


@lru_cache(maxsize=65536)
def midnight(day: date) -> datetime:
    """The moment at which a day begins in the city."""
    return datetime.combine(day, time(), clock.CITY_ZONE)


def _counts(unit: str, day: date) -> bool:
    return unit == "day" or working_day(day)[0]
