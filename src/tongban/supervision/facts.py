"""What is counted of a case: facts from acts in any order, and what one decided case adds to its tally."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from tongban.kernel import clock
from tongban.supervision.moments import midnight, moved_day, pair, working_days

#: What came from data that the state already holds.
HELD = ("fetched", "verified")
#: A promise or a template stood in for a paper.
REPLACED = "replaced"
#: Entered later than that after it happened, an act is reported late.
LATE_AFTER = timedelta(hours=24)
RESULTS = ("granted", "refused", "advised", "not-accepted")
COUNTS = (
    *("decided", "on_promise", "promised", "on_legal", "legal", "days", "promised_days", "legal_days"),
    *("materials", "saved", "visits", "rated", "pleased", "late"),
)
Group = tuple[date, str, str]
#: GB/T 39046 A.8: 1 is very pleased, 5 not at all; who is pleased says 1 to 3.
PLEASED_UPTO = 3


@dataclass(slots=True)
class CaseFacts:
    """The row of a watched case."""

    number: str
    application: str
    item: str = ""
    agency: str = ""
    collecting: str = ""
    subject: UUID | None = None
    promised_days: int | None = None
    legal_days: int | None = None
    opened_at: datetime | None = None
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    decided_recorded_at: datetime | None = None
    result: str = ""
    promised_on: date | None = None
    legal_on: date | None = None
    pause_begins: list[date] = field(default_factory=list)
    pause_ends: list[date] = field(default_factory=list)
    materials: int = 0
    saved: int = 0
    held: list[str] = field(default_factory=list)
    visit_entries: list[UUID] = field(default_factory=list)
    rating: int | None = None


def counted(case: CaseFacts) -> tuple[Group, Sequence[int]] | None:
    """The group that a decided case belongs to and what it adds, in the order of `COUNTS`; None while undecided."""
    if case.decided_at is None or case.result not in RESULTS or not case.agency:
        return None
    day = clock.local(case.decided_at).date()
    late = bool(case.decided_recorded_at and case.decided_recorded_at - case.decided_at > LATE_AFTER)
    began = clock.local(case.accepted_at).date() if case.accepted_at else day
    promised, legal = _due(case, case.promised_on), _due(case, case.legal_on)
    group = (day.replace(day=1), case.agency, case.item)
    return group, (
        1,
        int(promised is not None and case.decided_at < promised and not late),
        int(promised is not None),
        int(legal is not None and case.decided_at < legal and not late),
        int(legal is not None),
        max(working_days(began, day) - _paused(case, began, day), 0),
        case.promised_days or 0,
        case.legal_days or 0,
        case.materials,
        case.saved,
        len(case.visit_entries),
        int(case.rating is not None),
        int(case.rating is not None and case.rating <= PLEASED_UPTO),
        int(late),
    )


def note_materials(case: CaseFacts, said: object) -> None:
    """What the application needed and what of it came from data or by a promise."""
    if isinstance(said, Mapping):
        ways = {str(code): str(way) for code, way in said.items()}
        case.materials = len(ways)
        case.held = sorted(code for code, way in ways.items() if way in HELD)
        case.saved = len(case.held) + sum(way == REPLACED for way in ways.values())


def _due(case: CaseFacts, stated: date | None) -> datetime | None:
    if stated is None:
        return None
    due, _open = moved_day(stated, "working_day", case.pause_begins, case.pause_ends)
    return midnight(due + timedelta(days=1))


def _paused(case: CaseFacts, began: date, day: date) -> int:
    return sum(
        working_days(max(begin, began), min(end or day, day))
        for begin, end in pair(case.pause_begins, case.pause_ends)
        if max(begin, began) < min(end or day, day)
    )
