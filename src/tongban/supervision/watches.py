"""A watch in memory: what the acts on one object say under one rule, whatever the order in which they arrive."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from tongban.kernel import clock
from tongban.supervision.moments import counted_day, hour_levels, levels, moved_day
from tongban.supervision.schema import RuleTerms


@dataclass(slots=True)
class Watched:
    """The row of a watch; `known` is its number where the database has it already."""

    code: str
    key: str
    rule: int | None = None
    object: str = ""
    case_number: str = ""
    agency: str = ""
    item: str = ""
    began_at: datetime | None = None
    began: UUID | None = None
    stated_on: date | None = None
    stated_at: datetime | None = None
    moved_at: datetime | None = None
    pause_begins: list[date] = field(default_factory=list)
    pause_ends: list[date] = field(default_factory=list)
    ended_at: datetime | None = None
    ended: UUID | None = None
    due_on: date | None = None
    reminder_at: datetime | None = None
    yellow_at: datetime | None = None
    red_at: datetime | None = None
    level: int = 0
    next_at: datetime | None = None
    late: UUID | None = None

    def begin(
        self, entry: UUID, at: datetime, stated: date | None, stated_at: datetime | None = None
    ) -> None:
        """An act that starts it; of several the first one counts, and what it states."""
        if self.began_at is None or at < self.began_at or entry == self.began:
            self.began_at, self.began, self.stated_at = at, entry, stated_at
            if stated and self.moved_at is None:
                self.stated_on = stated

    def move(self, at: datetime, stated: date) -> None:
        """An act that sets another due day; the last one counts."""
        if self.moved_at is None or at >= self.moved_at:
            self.moved_at, self.stated_on = at, stated

    def end(self, entry: UUID, at: datetime) -> None:
        """An act that ends it; of several the first one counts."""
        if self.ended_at is None or at < self.ended_at:
            self.ended_at, self.ended = at, entry

    def derive(self, terms: RuleTerms) -> None:
        """Work out due day, moments and what is to be told next, from all that was taken so far."""
        self.due_on = self.reminder_at = self.yellow_at = self.red_at = self.next_at = None
        if self.began_at is None:
            return
        began = clock.local(self.began_at).date()
        open_since = None
        if terms.pattern == "act":
            self.due_on = began
            if terms.yellow:
                self.yellow_at = self.began_at
            else:
                self.red_at = self.began_at
        elif terms.unit == "hour":
            due = self.stated_at or (self.began_at + timedelta(hours=terms.amount) if terms.amount else None)
            if due is None:
                return
            self.due_on = clock.local(due).date()
            self.reminder_at, self.yellow_at, self.red_at = hour_levels(terms, began=self.began_at, due=due)
        else:
            stated = self.stated_on
            if stated is None and terms.amount:
                stated = counted_day(terms.amount, terms.unit, began)
            if stated is None:
                return
            moved = clock.local(self.moved_at).date() if self.moved_at else None
            begins = [day for day in self.pause_begins if moved is None or day > moved]
            self.due_on, open_since = moved_day(stated, terms.unit, begins, self.pause_ends)
            if open_since is None or self.due_on < open_since:
                self.reminder_at, self.yellow_at, self.red_at = levels(terms, began=began, due=self.due_on)
        step = self.next_step()
        self.next_at = step[1] if step else None

    def look_back(self, *, by: UUID, arrived: datetime) -> None:
        """Told too much: the act that shows it, entered at `arrived`, is kept, and the worker says so at once."""
        if self.began_at and self.level and self.reached(arrived) < self.level:
            self.late, self.next_at = by, arrived

    def reached(self, now: datetime) -> int:
        """The level that the acts justify at a moment, or had when it ended."""
        until = min(now, self.ended_at) if self.ended_at else now
        steps = ((3, self.red_at), (2, self.yellow_at), (1, self.reminder_at))
        return next((level for level, at in steps if at is not None and at <= until), 0)

    def moment_of(self, level: int) -> datetime | None:
        """When a level is reached."""
        return (None, self.reminder_at, self.yellow_at, self.red_at)[level]

    def next_step(self) -> tuple[int, datetime] | None:
        """The level that is reached next, and when; None where nothing more will be told."""
        for level in range(self.level + 1, 4):
            at = self.moment_of(level)
            if at is not None and (self.ended_at is None or at <= self.ended_at):
                return level, at
        return None
