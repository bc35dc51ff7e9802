"""How an act on a case goes: what is due is settled, then in one transaction it is checked, changed and journalled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tongban.cases.access import application_of, find_case
from tongban.cases.actions.settle import settle_cases
from tongban.cases.entries import note_case
from tongban.cases.formalities.lapsing import settle_hearings
from tongban.cases.formalities.policy import (
    check_hands_free,
    check_not_archived,
    check_nothing_held,
    check_step,
)
from tongban.cases.models import Case, Deputy, FormalityRow
from tongban.cases.policy import check_applicant, check_officer
from tongban.identity.api import get_agency, officers_with
from tongban.journal.api import Act, Actor, bump
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.services.api import Formality, RegimeTable, Verb, get_regime

#: Roles whose holder may be absent: a colleague stands in for them.
_DEPUTISED = ("approver", "head")
_RECUSAL = "recuse"


@dataclass(frozen=True)
class Doing:
    """A case in the hands of somebody who may act on it: its table, the step with its law, for whom he stands in."""

    case: Case
    regime: RegimeTable
    step: Verb | Formality
    by: Actor
    deputy_for: str = ""

    @property
    def basis(self) -> str:
        """The law of the step."""
        return str(self.step.cite)


#: What an act changes; returns what is journalled, and what is said of the applicant in her part.
Change = Callable[[Doing], tuple[Act, dict[str, Json]]]


def act_on_case(
    number: str,
    code: str,
    *,
    seen: int | None,
    by: Actor,
    change: Change,
    others: Mapping[UUID, Mapping[str, Json]] | None = None,
) -> UUID:
    """Do one step of a case's table, or beside it; `others` are told of it beside the applicant. Returns the entry."""
    settle_case(number)
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        doing = take_in_hand(number, code, by=by)
        act, said = change(doing)
        if isinstance(doing.step, Verb):
            Case.objects.filter(pk=number).update(state=doing.step.leads)
        if doing.deputy_for:
            said = {**said, "deputy_for": doing.deputy_for}
        return note_case(act, doing.case, version=version, by=by, said=said, others=others, basis=doing.basis)


def settle_case(number: str) -> None:
    """Journal what is already due for a case: its application's effects, and hearings that nobody asked for."""
    settle_cases(application_of(number))
    settle_hearings(number)


def take_in_hand(number: str, code: str, *, by: Actor) -> Doing:
    """The case for a step that is allowed now, in hands that may do it.

    Raises:
        NotAllowed: the regime has no such step, another role or agency, somebody who withdrew.
        Conflict: the state does not allow it, or the case is archived.
    """
    case = find_case(number)
    regime = get_regime(case.regime)
    step = check_step(regime, code, state=case.state)
    if code != "unarchive":
        check_not_archived(case.archived_on)
    roles = (step.by,) if isinstance(step, Verb) else step.by
    return Doing(case, regime, step, by, check_hands(case, roles, by=by))


def check_hands(case: Case, roles: Sequence[str], *, by: Actor) -> str:
    """That somebody may act on the case in one of the roles; returns the officer for whom he stands in, if so.

    Raises:
        NotAllowed: another role or agency, or he withdrew from the case.
    """
    if roles[0] == "applicant":
        check_applicant(by, case.application.applicant)
        return ""
    places = {role: case.application.window if role == "window-clerk" else case.agency for role in roles}
    stands_for = next(
        (one for role, agency in places.items() if (one := stands_in_for(by, role=role, agency=agency))), ""
    )
    if not stands_for and not any(
        by.has_role(role) and by.agency == agency for role, agency in places.items()
    ):
        agency = places[roles[0]]
        check_officer(by, role=roles[0], agency=agency, agency_name=get_agency(agency).name)
    check_hands_free(by.key, barred=barred_from(case), stands_for=stands_for)
    return stands_for


def stands_in_for(by: Actor, *, role: str, agency: str) -> str:
    """The absent officer with the role for whom somebody stands in today; empty for who holds the role, or for nobody."""
    if role not in _DEPUTISED or by.has_role(role) or by.kind != "officer" or by.agency != agency:
        return ""
    today = clock.today()
    rows = Deputy.objects.filter(
        agency=agency, deputy=by.key, begins_on__lte=today, ends_on__gte=today, ended_on=None
    )
    absent = set(rows.values_list("officer", flat=True))
    return next((one.key for one in officers_with(role, agency=agency) if one.key in absent), "")


def roles_today(by: Actor) -> frozenset[str]:
    """The roles of an officer, and those of absent colleagues for whom he stands in today."""
    today = clock.today()
    rows = Deputy.objects.filter(
        agency=by.agency, deputy=by.key, begins_on__lte=today, ends_on__gte=today, ended_on=None
    )
    absent = set(rows.values_list("officer", flat=True))
    stood_for = {
        role
        for role in _DEPUTISED
        if absent and any(one.key in absent for one in officers_with(role, agency=by.agency))
    }
    return by.roles | stood_for


def barred_from(case: Case) -> set[str]:
    """The officers who withdrew from a case, and those of whom it is asked and not yet decided."""
    rows = FormalityRow.objects.filter(case=case, code=_RECUSAL, state__in=["open", "done"])
    return set(rows.values_list("about", flat=True))


def check_nothing_open(case: Case, regime: RegimeTable) -> None:
    """That nothing which has to come before a proposal or a decision is still open.

    Raises:
        Conflict: names it.
    """
    holding = {one.code: one.title for one in regime.formalities if one.holds}
    rows = FormalityRow.objects.filter(case=case, state="open", code__in=list(holding)).order_by("id")
    check_nothing_held([holding[code] for code in rows.values_list("code", flat=True)])
