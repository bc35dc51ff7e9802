"""Following the journal: each act changes facts, watches and leads in memory; a round is written in four statements."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tongban.cases.kinds import (
    Accepted,
    CasePaused,
    CaseResumed,
    Decided,
    DeemedAccepted,
    DeemedRenewed,
    NotAccepted,
    Opened,
    Rated,
    Submitted,
    Withdrawn,
)
from tongban.journal.api import EntryView, all_kinds
from tongban.kernel import clock
from tongban.supervision.book import HeldRule, Offices, Rulebook
from tongban.supervision.detecting import Found, look
from tongban.supervision.facts import CaseFacts, note_materials
from tongban.supervision.moments import stated_day
from tongban.supervision.schema import Condition, RuleTerms
from tongban.supervision.watches import Watched

CASE_KINDS = (
    *(Opened.kind, Submitted.kind, Accepted.kind, DeemedAccepted.kind, NotAccepted.kind, CasePaused.kind),
    *(CaseResumed.kind, Decided.kind, DeemedRenewed.kind, Withdrawn.kind, Rated.kind),
    *("application.supplied.v1", "case.extended.v1", "case.rectified.v1"),
)
#: Where an act says by which way it came, and which way means that somebody had to walk.
_CHANNEL, _WINDOW = "channel", "window"


class Following:
    """What one round changes. `watches` and `cases` hold what the database knew of the objects of the round."""

    def __init__(
        self,
        book: Rulebook,
        watches: Mapping[tuple[str, str], Watched],
        cases: Mapping[str, CaseFacts],
        earlier: Mapping[str, Sequence[EntryView]] | None = None,
    ) -> None:
        self.book, self.offices = book, Offices()
        self.watches, self.cases = dict(watches), dict(cases)
        self._earlier_acts = earlier or {}
        self.changed: set[tuple[str, str]] = set()
        self.touched: set[str] = set()
        self.found: list[Found] = []
        self._members: dict[str, list[str]] = {}
        self._of_subjects: dict[UUID, list[CaseFacts]] = {}
        for number, case in self.cases.items():
            self._members.setdefault(case.application, []).append(number)
            if case.subject:
                self._of_subjects.setdefault(case.subject, []).append(case)

    def take(self, entry: EntryView, subjects: Mapping[int, UUID]) -> None:
        """One act, in the order of positions."""
        case = self._case(entry)
        if fact := _FACTS.get(entry.kind):
            fact(self, entry, case, subjects)
        if codes := self.book.by_kind.get(entry.kind):
            day = clock.local(entry.occurred_at).date()
            for code in codes:
                self._rule(code, entry, case, day)
        self.found += look(self.book.detectors, entry, case, self._earlier(entry, case))

    def changes(self) -> list[Watched]:
        """The watches that the round changed, in the order of their keys, worked out once each."""
        found = [self.watches[key] for key in sorted(self.changed)]
        for one in found:
            if not one.level:  # what was told already was worked out act by act
                one.derive(self._terms(one))
        return found

    def members(self, application: str) -> list[CaseFacts]:
        """The cases of an application that were seen."""
        return [self.cases[number] for number in self._members.get(application, ())]

    # -- rules ------------------------------------------------------------------------------

    def _rule(self, code: str, entry: EntryView, case: CaseFacts | None, day: date) -> None:
        rule = self.book.on(code, day)
        shape = (rule or self.book.newest(code)).terms
        starts = entry.kind in shape.starts and rule is not None and self._meets(rule.terms, entry, case)
        if shape.pattern == "act" and not starts:
            return
        on = entry.case_number if shape.key == "case" else entry.object
        key = f"{on}#{entry.id}" if shape.pattern == "act" else on
        watched = self.watches.get((code, key))
        if watched is None:
            if not starts:
                return  # what ends or pauses what has not begun is looked up should its start arrive late
            watched = Watched(code, key, object=entry.object, case_number=entry.case_number)
            for one in self._earlier_acts.get(entry.object, ()):
                if one.position and entry.position and one.position < entry.position:
                    self._go_on(watched, shape, one, clock.local(one.occurred_at).date())
        if starts and rule:
            self._start(watched, rule, entry, case)
        self._go_on(watched, shape, entry, day)
        self.watches[code, key] = watched
        self.changed.add((code, key))
        if watched.level:
            watched.derive(self._terms(watched))
            watched.look_back(by=entry.id, arrived=entry.recorded_at)

    def _terms(self, watched: Watched) -> RuleTerms:
        """The terms under which it began, or those of the youngest version."""
        rule = self.book.by_id.get(watched.rule or 0)
        return (rule or self.book.newest(watched.code)).terms

    def _start(self, watched: Watched, rule: HeldRule, entry: EntryView, case: CaseFacts | None) -> None:
        before = watched.began
        stated = entry.content.get(rule.terms.due)
        watched.begin(entry.id, entry.occurred_at, stated_day(stated), _moment(stated))
        if watched.began != before or watched.rule is None:
            watched.rule, watched.object = rule.id, entry.object
            watched.agency = self._agency(rule.terms, entry, case)
            watched.item = case.item if case else str(entry.content.get("item", ""))

    @staticmethod
    def _go_on(watched: Watched, terms: RuleTerms, entry: EntryView, day: date) -> None:
        if entry.kind in terms.moves and (stated := stated_day(entry.content.get(terms.due or "due_on"))):
            watched.move(entry.occurred_at, stated)
        if entry.kind in terms.pauses and day not in watched.pause_begins:
            watched.pause_begins = sorted([*watched.pause_begins, day])
        if entry.kind in terms.resumes and day not in watched.pause_ends:
            watched.pause_ends = sorted([*watched.pause_ends, day])
        if entry.kind in terms.ends:
            watched.end(entry.id, entry.occurred_at)

    def _meets(self, terms: RuleTerms, entry: EntryView, case: CaseFacts | None) -> bool:
        return all(self._holds(one, entry, case) for one in terms.when)

    def _holds(self, one: Condition, entry: EntryView, case: CaseFacts | None) -> bool:
        head, _, rest = one.field.partition(".")
        value: object
        if head == "case":
            value = self._shown(rest, entry, case)
        else:
            value = entry.content.get(rest, "") if rest else getattr(entry, head)
        if one.empty:
            return not value
        return str(value) in one.among if one.among else bool(value)

    def _shown(self, fact: str, entry: EntryView, case: CaseFacts | None) -> bool:
        if fact == "unaccepted":
            return case is not None and case.opened_at is not None and case.accepted_at is None
        asked = entry.content.get("materials")
        names = set(map(str, asked)) if isinstance(asked, Sequence) and not isinstance(asked, str) else set()
        return any(names & set(member.held) for member in self.members(entry.case_number))

    def _agency(self, terms: RuleTerms, entry: EntryView, case: CaseFacts | None) -> str:
        told = entry.content.get("told")
        match terms.agency:
            case "told":
                return str(told[0]) if isinstance(told, Sequence) and told else ""
            case "provider":
                return self.offices.of_resource(str(entry.content.get("resource", "")))
            case "stated":
                return str(entry.content.get("agency", ""))
            case "actor":
                return entry.agency
            case "window" if case is not None:
                return case.collecting or case.agency
        return case.agency if case else entry.agency

    # -- facts ------------------------------------------------------------------------------

    def _case(self, entry: EntryView) -> CaseFacts | None:
        number = entry.case_number
        if not number or not (entry.object.startswith("case:") or entry.kind == Rated.kind):
            return None
        case = self.cases.get(number)
        if case is None and entry.kind in _FACTS:
            application = number.rpartition("-")[0] or number
            case = self.cases[number] = CaseFacts(number, application)
            self._members.setdefault(application, []).append(number)
        return case

    def _earlier(self, entry: EntryView, case: CaseFacts | None) -> Sequence[CaseFacts]:
        """Other cases of the same person for the same item, where one is opened."""
        if entry.kind != Opened.kind or case is None or case.subject is None:
            return ()
        of_hers = self._of_subjects.get(case.subject, ())
        return [one for one in of_hers if one.item == case.item and one.number != case.number]

    def told_subject(self, case: CaseFacts, subject: UUID | None) -> None:
        """Note whose case it is."""
        if subject and case.subject != subject:
            self._of_subjects.setdefault(subject, []).append(case)
        case.subject = subject

    def touch(self, case: CaseFacts) -> None:
        """Note that a case's facts changed."""
        self.touched.add(case.number)


Fact = Callable[[Following, EntryView, CaseFacts | None, Mapping[int, UUID]], None]


def _opened(
    following: Following, entry: EntryView, case: CaseFacts | None, subjects: Mapping[int, UUID]
) -> None:
    if case is None:
        return
    said = entry.content
    case.opened_at, case.item = entry.occurred_at, str(said.get("item", ""))
    deciding, window = following.offices.of_item(case.item, _number(said.get("item_version")) or 0)
    case.agency, case.collecting = deciding or entry.agency, window
    following.told_subject(case, subjects.get(min(subjects)) if subjects else None)
    case.promised_days, case.legal_days = _amount(said.get("promised")), _amount(said.get("legal"))
    following.touch(case)
    for code in following.book.of_cases:
        watched = following.watches.get((code, case.number))
        if watched and not watched.item:
            watched.agency, watched.item = case.agency, case.item
            following.changed.add((code, case.number))


def _submitted(
    following: Following, entry: EntryView, _case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    for case in following.members(entry.case_number):
        note_materials(case, entry.content.get("materials"))
        following.touch(case)
    _walked(following, entry, None, {})


def _walked(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    """Somebody came to a window."""
    if entry.content.get(_CHANNEL) != _WINDOW:
        return
    for one in [case] if case else following.members(entry.case_number):
        if entry.id not in one.visit_entries:
            one.visit_entries = [*one.visit_entries, entry.id]
            following.touch(one)


def _accepted(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    if case is None:
        return
    case.accepted_at = entry.occurred_at
    case.promised_on = stated_day(entry.content.get("promised_due_on"))
    _extended(following, entry, case, _subjects)


def _extended(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    """The legal day is the latest one that was stated: an extension may arrive before the acceptance."""
    if case is None:
        return
    stated = [day for day in (case.legal_on, stated_day(entry.content.get("legal_due_on"))) if day]
    case.legal_on = max(stated, default=None)
    following.touch(case)


def _ended(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    if case is None:
        return
    kinds = {
        Decided.kind: str(entry.content.get("result", "")),
        NotAccepted.kind: "not-accepted",
        DeemedRenewed.kind: "granted",
    }
    case.decided_at, case.decided_recorded_at = entry.occurred_at, entry.recorded_at
    case.result = kinds.get(entry.kind, "withdrawn")
    following.touch(case)


def _paused(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    if case is None:
        return
    day, begins = clock.local(entry.occurred_at).date(), entry.kind == CasePaused.kind
    days = case.pause_begins if begins else case.pause_ends
    if day not in days:
        both = sorted([*days, day])
        case.pause_begins, case.pause_ends = (both, case.pause_ends) if begins else (case.pause_begins, both)
        following.touch(case)


def _rated(
    following: Following, entry: EntryView, case: CaseFacts | None, _subjects: Mapping[int, UUID]
) -> None:
    if case is not None and (level := _number(entry.content.get("level"))):
        case.rating = level
        following.touch(case)


_FACTS: Mapping[str, Fact] = {
    Opened.kind: _opened,
    Submitted.kind: _submitted,
    "application.supplied.v1": _walked,
    "case.rectified.v1": _walked,
    Accepted.kind: _accepted,
    DeemedAccepted.kind: _accepted,
    "case.extended.v1": _extended,
    NotAccepted.kind: _ended,
    Decided.kind: _ended,
    DeemedRenewed.kind: _ended,
    Withdrawn.kind: _ended,
    CasePaused.kind: _paused,
    CaseResumed.kind: _paused,
    Rated.kind: _rated,
}


def _moment(value: object) -> datetime | None:
    """A moment with its offset; a mere day is none."""
    try:
        found = datetime.fromisoformat(str(value)) if value and "T" in str(value) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _number(value: object) -> int | None:
    return (
        value
        if isinstance(value, int)
        else int(value)
        if isinstance(value, str) and value.isdecimal()
        else None
    )


def _amount(said: object) -> int | None:
    """The amount of a limit as `case.opened.v1` writes it: 20 working_day."""
    return _number(str(said).split(" ", 1)[0]) if said else None


def followed_kinds() -> frozenset[str]:
    """Every kind that a rule may read: a rule that is switched on later needs no other subscription."""
    return frozenset(all_kinds())
