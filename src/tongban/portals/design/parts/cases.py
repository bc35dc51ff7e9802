"""What a case shows: summary, tasks, timeline, clock, receipt, comparisons, an officer's queue."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongban.portals.design.fields import Text
from tongban.portals.design.parts.words import Citation, Day, Lamp, Shown, Status

CHANGE: Promise = _("更改")
WORKING_DAYS: Promise = _("个工作日")


@dataclass(frozen=True)
class Row:
    """One line of a summary list, with where the value came from and what can be done about it."""

    term: Text
    value: Shown
    source: Text = ""
    correction_url: str = ""
    action_url: str = ""
    action: Text = CHANGE


@dataclass(frozen=True, kw_only=True)
class Formal:
    """One act beside a case's state table: how it stands, what was said, its law, the address of its letter."""

    title: Text
    status: Status
    rows: tuple[Row, ...] = ()
    law: str = ""
    verified: bool = True
    letter: str = ""


TASK_STATES: dict[str, Promise] = {
    "todo": _("未开始"),
    "doing": _("填写中"),
    "done": _("已完成"),
    "blocked": _("还不能填"),
}


@dataclass(frozen=True)
class Task:
    """One part of an application; a blocked one says why."""

    title: Text
    state: Literal["todo", "doing", "done", "blocked"]
    url: str = ""
    hint: Text = ""
    reason: Text = ""

    @property
    def words(self) -> Promise:
        """The state as people read it."""
        return TASK_STATES[self.state]


@dataclass(frozen=True)
class Event:
    """One thing that happened (or is due) in a case; `late` names the day it was entered when that differs."""

    at: Day
    actor: Text
    what: Text
    detail: Text = ""
    late: Text = ""
    state: Literal["past", "now", "due"] = "past"
    links: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True)
class ClockLine:
    """One line of a clock's sum. `days` as written: 10, -2, 不计 2."""

    what: Text
    days: Text
    ground: Text = ""
    total: bool = False


#: More cells than this say nothing; the number stands alone.
CLOCK_CELLS_MAX = 60


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A legal time limit: how much is used, what is left, what stopped it, and the sum that proves it."""

    title: Text
    used: int
    limit: int
    state: Literal["running", "paused", "done", "overdue"] = "running"
    unit: Text = WORKING_DAYS
    due: date | None = None
    #: Why the clock stands still, with its citation.
    ground: Text = ""
    basis: Citation | None = None
    #: The calendar beyond the published year is not known yet: the date is 暂定.
    provisional: bool = False
    lamp: Lamp | None = None
    lines: tuple[ClockLine, ...] = ()

    @property
    def left(self) -> int:
        """Days left; never below zero."""
        return max(self.limit - self.used, 0)

    @property
    def over(self) -> int:
        """Days over the limit."""
        return max(self.used - self.limit, 0)

    @property
    def cells(self) -> list[str]:
        """One word for each day, for the row of small squares."""
        if self.limit + self.over > CLOCK_CELLS_MAX:
            return []
        now = "done" if self.state == "done" else "used"
        return [now] * min(self.used, self.limit) + ["left"] * self.left + ["over"] * self.over


@dataclass(frozen=True)
class Step:
    """One line of 接下来 on a receipt."""

    when: Text
    what: Text


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What stands after submitting: the number, what comes next and when, where it is written down."""

    number: str
    title: Text
    promise: Text = ""
    steps: tuple[Step, ...] = ()
    contact: Text = ""
    ledger: Text = ""
    ledger_url: str = ""


@dataclass(frozen=True)
class Figure:
    """One line of the comparison; `rows` are what was counted: (name, before, after)."""

    name: Text
    before: Shown
    after: Shown
    delta: Text
    unit: Text = ""
    rows: tuple[tuple[Text, Shown, Shown], ...] = ()


@dataclass(frozen=True)
class Changed:
    """One field of a form that went stale."""

    label: Text
    seen: Text
    now: Text


@dataclass(frozen=True)
class Compared:
    """One fact of a case: as submitted, as the register has it."""

    label: Text
    submitted: Text
    register: Text
    source: Text = ""
    same: bool = True


@dataclass(frozen=True)
class QueueRow:
    """One task in an officer's queue."""

    title: Text
    url: str
    number: str
    applicant: Text
    due: date
    lamp: Lamp
    stuck: Text = ""


@dataclass(frozen=True)
class QueueGroup:
    """The tasks that are due alike: 已超时, 今天到期, 三天内, 其余; `total` counts those of all pages."""

    title: Text
    rows: tuple[QueueRow, ...]
    total: int | None = None

    @property
    def count(self) -> int:
        """How many there are, on this page if nobody counted the others."""
        return len(self.rows) if self.total is None else self.total
