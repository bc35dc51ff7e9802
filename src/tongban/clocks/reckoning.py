"""Reading a clock: pure functions of limit, start, pauses and a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tongban.clocks.calendar import next_working_day, working_day

Unit = Literal["working_day", "day"]
UNIT_WORDS = {"working_day": "个工作日", "day": "日"}


@dataclass(frozen=True)
class Limit:
    """An amount of a unit, and where it is written. `verified` is false where nobody has read the article."""

    amount: int
    unit: Unit
    cite: str
    verified: bool = True

    def __str__(self) -> str:
        return f"{self.amount} {UNIT_WORDS[self.unit]}" if self.amount else "当场"


@dataclass(frozen=True)
class Span:
    """Limits that run one after the other, summed: working days and calendar days are never one number."""

    working_days: int = 0
    days: int = 0

    def __add__(self, other: "Span") -> "Span":
        return Span(self.working_days + other.working_days, self.days + other.days)

    def __str__(self) -> str:
        stretches = [(self.working_days, "working_day"), (self.days, "day")]
        return "＋".join(f"{amount}{UNIT_WORDS[unit]}" for amount, unit in stretches if amount) or "当场"

    @property
    def length(self) -> float:
        """About how many calendar days it takes, to tell the longer of two spans; five working days are a week."""
        return self.working_days * 7 / 5 + self.days


def span_of(amount: int, unit: str) -> Span:
    """An amount of a unit as a span."""
    return Span(days=amount) if unit == "day" else Span(working_days=amount)


@dataclass(frozen=True)
class Pause:
    """Days after `begin` up to and including `end` do not count; an open pause has no end yet."""

    begin: date
    end: date | None
    ground: str
    cite: str


@dataclass(frozen=True)
class SumLine:
    """A stretch of a clock: its days, how many counted, and why the others did not."""

    first: date
    last: date
    counted: int
    skipped: int
    ground: str = ""


@dataclass(frozen=True)
class Reading:
    """A clock at a day. `left` is negative once overdue; `lines` add up to `used`."""

    limit: Limit
    start: date
    as_of: date
    used: int
    due_on: date
    paused: str
    provisional: bool
    stopped: bool
    lines: tuple[SumLine, ...]

    @property
    def left(self) -> int:
        """Days of the limit that remain."""
        return self.limit.amount - self.used

    @property
    def overdue(self) -> bool:
        """Whether the limit has passed."""
        return self.left < 0

    @property
    def lamp(self) -> str:
        """`paused`, `stopped`, `overdue`, `last-day`, `soon` (at most two days left) or `running`."""
        if self.overdue:
            return "overdue"
        if self.stopped:
            return "stopped"
        if self.paused:
            return "paused"
        if self.left == 0:
            return "last-day"
        return "soon" if self.left <= 2 else "running"


def read_clock(
    limit: Limit, start: date, *, as_of: date, pauses: Sequence[Pause] = (), stopped_on: date | None = None
) -> Reading:
    """Read the clock that began on `start` (not counted) at the end of `as_of`, or when it stopped."""
    last = min(as_of, stopped_on) if stopped_on else as_of
    lines = tuple(_lines(limit.unit, start, last, pauses))
    due_on, due_provisional = _due_on(limit, start, pauses)
    seen_provisional = limit.unit == "working_day" and any(
        working_day(start + timedelta(days=n))[1] for n in range(1, (last - start).days + 1)
    )
    current = _pause_at(last, pauses)
    return Reading(
        limit=limit,
        start=start,
        as_of=last,
        used=sum(line.counted for line in lines),
        due_on=due_on,
        paused=current.ground if current and not stopped_on else "",
        provisional=due_provisional or seen_provisional,
        stopped=stopped_on is not None,
        lines=lines,
    )


def due_day(limit: Limit, start: date, pauses: Sequence[Pause] = ()) -> date:
    """The last day of the limit."""
    return _due_on(limit, start, pauses)[0]


def _counts(unit: Unit, day: date) -> tuple[bool, bool]:
    return working_day(day) if unit == "working_day" else (True, False)


def _pause_at(day: date, pauses: Sequence[Pause]) -> Pause | None:
    for pause in pauses:
        if pause.begin < day and (pause.end is None or day <= pause.end):
            return pause
    return None


def _due_on(limit: Limit, start: date, pauses: Sequence[Pause]) -> tuple[date, bool]:
    """An open pause is taken to end today at the earliest: the due day then moves with every day it lasts."""
    day, left, provisional = start, limit.amount, False
    while left > 0:
        day += timedelta(days=1)
        closed = [pause for pause in pauses if pause.end is not None]
        counts, unsure = _counts(limit.unit, day)
        provisional |= unsure
        left -= counts and _pause_at(day, closed) is None
    return (next_working_day(day) if limit.unit == "day" else day), provisional


def _lines(unit: Unit, start: date, last: date, pauses: Sequence[Pause]) -> list[SumLine]:
    lines: list[SumLine] = []
    day = start + timedelta(days=1)
    while day <= last:
        pause = _pause_at(day, pauses)
        ground = pause.ground if pause else ""
        counts = pause is None and _counts(unit, day)[0]
        if lines and lines[-1].ground == ground:
            before = lines[-1]
            lines[-1] = SumLine(
                before.first, day, before.counted + counts, before.skipped + (not counts), ground
            )
        else:
            lines.append(SumLine(day, day, int(counts), int(not counts), ground))
        day += timedelta(days=1)
    return lines
