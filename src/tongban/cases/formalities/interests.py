"""An interested party's own part in a case (行政许可法 36, 47): reads what concerns him, says his opinion, asks for a hearing.

Only somebody who was told with his identity number has it; whoever has none is heard on paper.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.cases.access import find_case
from tongban.cases.acting import settle_case
from tongban.cases.entries import note_case
from tongban.cases.formalities.hearing import hearing_asked, open_hearing
from tongban.cases.formalities.kinds import InterestedHeard
from tongban.cases.formalities.lapsing import HEARING, INTERESTED
from tongban.cases.formalities.policy import check_not_archived, check_step
from tongban.cases.formalities.queries import FormalityView, formalities_of
from tongban.cases.formalities.rows import end_row
from tongban.cases.models import Case, FormalityRow
from tongban.cases.policy import check_words
from tongban.cases.written import published_name
from tongban.identity.api import AgencyView, get_agencies
from tongban.journal.api import Act, Actor, bump
from tongban.kernel.canonical import Json
from tongban.kernel.errors import Conflict, NotFound
from tongban.services.api import RegimeTable, get_regime, get_regimes

#: Those that a list shows, the newest first.
LISTED = 50


@dataclass(frozen=True)
class InterestView:
    """A case as somebody sees whose interests it touches: what is asked for by whom, and his own part; no materials."""

    view: FormalityView
    case: str
    title: str
    applicant: str
    agency: AgencyView
    state: str
    decided_on: date | None
    paper: str
    hearing: FormalityView | None
    version: int

    @property
    def may_ask_hearing(self) -> bool:
        """Whether a hearing was offered that nobody has asked for yet."""
        told = self.hearing
        return told is not None and told.state == "open" and not told.facts.get("asked_on")


def interests_of(by: Actor) -> list[InterestView]:
    """The cases of others that touch somebody's interests, the newest first; none while he acts for another."""
    if by.person is None or by.represents:
        return []
    rows = FormalityRow.objects.filter(party=by.person).select_related("case__application")
    held = list(rows.order_by("-opened_on", "-id")[:LISTED])
    return _views(held) if held else []


def get_interest(interest: UUID, *, by: Actor) -> InterestView:
    """One of them, with what is already due settled.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are told alike.
    """
    settle_case(_own(interest, by).case_id)
    return _views([_own(interest, by)])[0]


def state_interest(*, interest: UUID, words: str, by: Actor) -> None:
    """Say one's opinion, once and in time; the agency reads it, the applicant does not.

    Raises:
        BadInput: nothing said.
        Conflict: heard already, the days have passed, or the case is archived.
        NotFound: not an interest of his.
    """
    said = check_words(words, field="words", what="您的意见")

    def change(row: FormalityRow) -> Act:
        if row.state != "open":
            raise Conflict("您的意见已经听取过，或者期限已经过了。还有话要说的，请联系办理部门。")
        end_row(row, by=by, answer=said)
        return InterestedHeard(heard=True)

    _act(interest, "interested-heard", {"words": said}, by=by, change=change)


def ask_hearing_as_party(*, interest: UUID, by: Actor) -> None:
    """Ask for the hearing that was offered.

    Raises:
        Conflict: none was offered, its days have passed, or somebody asked for it already.
        NotFound: not an interest of his.
    """

    def change(row: FormalityRow) -> Act:
        return hearing_asked(open_hearing(row.case), who=row.about)

    _act(interest, "hearing-asked", {}, by=by, change=change)


def _act(
    interest: UUID, code: str, said: dict[str, Json], *, by: Actor, change: Callable[[FormalityRow], Act]
) -> None:
    number = _own(interest, by).case_id
    settle_case(number)
    with transaction.atomic():
        version = bump(Case, number)
        case = find_case(number)
        check_not_archived(case.archived_on)
        step = check_step(get_regime(case.regime), code, state=case.state)
        act = change(_own(interest, by))
        assert by.person
        others = {by.person: {"title": case.title, **said}}
        note_case(act, case, version=version, by=by, others=others, basis=str(step.cite))


def _own(interest: UUID, by: Actor) -> FormalityRow:
    row = None
    if by.person and not by.represents:
        rows = FormalityRow.objects.select_related("case__application")
        row = rows.filter(pk=interest, code=INTERESTED, party=by.person).first()
    if row is None:
        raise NotFound("没有找到这件事，或者它和您没有利害关系。")
    return row


def _views(rows: Iterable[FormalityRow]) -> list[InterestView]:
    held = list(rows)
    regimes = get_regimes({row.case.regime for row in held})
    agencies = get_agencies({row.case.agency for row in held})
    cases = [row.case_id for row in held]
    hearings = {one.case_id: one for one in FormalityRow.objects.filter(case__in=cases, code=HEARING)}
    papers = dict(Case.objects.filter(pk__in=cases).values_list("number", "decision__paper"))
    return [_view(row, hearings.get(row.case_id), papers, regimes[row.case.regime], agencies) for row in held]


def _view(
    row: FormalityRow,
    hearing: FormalityRow | None,
    papers: Mapping[str, str | None],
    regime: RegimeTable,
    agencies: dict[str, AgencyView],
) -> InterestView:
    case, names = row.case, {code: one.name for code, one in agencies.items()}
    (view,) = formalities_of([row], regime, names)
    return InterestView(
        view=view,
        case=case.number,
        title=case.title,
        applicant=published_name(case.application.firm_name, case.application.applicant_name),
        agency=agencies[case.agency],
        state=next(one.title for one in regime.states if one.code == case.state),
        decided_on=case.decided_on,
        paper=papers.get(case.number) or "",
        hearing=formalities_of([hearing], regime, names)[0] if hearing else None,
        version=case.version,
    )
