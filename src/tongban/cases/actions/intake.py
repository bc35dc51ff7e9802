"""The window: tell once what is missing for all members, accept, or refuse acceptance."""

from collections.abc import Mapping

from django.db import transaction

from tongban.cases.access import application_of, find_case
from tongban.cases.actions.close import close_if_all_decided
from tongban.cases.actions.settle import settle_application, settle_cases
from tongban.cases.entries import note_application, note_case
from tongban.cases.fetching import fetch_materials, fetch_open
from tongban.cases.kinds import Accepted, NotAccepted, ToldOnce
from tongban.cases.models import Application, Case, Handed, Supplement
from tongban.cases.policy import check_officer, check_ready, check_told_once, check_verb, check_words
from tongban.cases.terms import due_days, item_of
from tongban.cases.written import Ruling, write_decision
from tongban.clocks.api import add_working_days, clear_due, set_due
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.sentences import say
from tongban.services.api import get_regime

#: Days the person has for what is missing; the window's own term, told on the notice.
SUPPLY_DAYS = 15
#: The library answered, or the holder showed it: nobody asks for what an outcome like this stands for.
_HELD = ("fetched", "verified", "presented")


def tell_once(*, number: str, reasons: Mapping[str, str], seen: int | None, by: Actor) -> None:
    """Send the one notice of everything that is missing; `reasons` by material code.

    Raises:
        NotAllowed: not the window, told already, or a case is accepted (cites the article).
        BadInput: no material, an unknown one, no reason, or a certificate that the library holds.
        StaleObject: somebody acted since `seen`.
    """
    settle_application(number)
    _read_before_asking(number, reasons, by=by)
    with transaction.atomic():
        version = bump(Application, number, seen=seen)
        row = _application(number)
        _check_window(row, by)
        accepted = [case.title for case in row.cases.order_by("ordinal") if case.accepted_on]
        check_told_once(already_told=Supplement.objects.filter(pk=number).exists(), accepted=accepted)
        if row.state != "submitted":
            raise Conflict("只有已提交的申请可以告知补正。")
        lines = _lines(row, reasons)
        _check_not_held(row, reasons)
        due_on = add_working_days(clock.today(), SUPPLY_DAYS)
        Supplement.objects.create(application=row, told_on=clock.today(), due_on=due_on, lines=lines)
        for line in lines:
            handed = Handed.objects.filter(application=row, material=line["material"])
            handed.update(state="returned", reason=line["reason"], document=None)
        Application.objects.filter(pk=number).update(state="supplementing")
        for case in row.cases.all():
            clear_due(on=f"case:{case.number}", what="accept")
        set_due(on=f"application:{number}", what="supply", day=due_on)
        act = ToldOnce(materials=[line["material"] for line in lines], due_on=due_on.isoformat())
        note_application(
            act, row, version=version, by=by, said={"reasons": [line["reason"] for line in lines]}
        )


def accept_case(*, number: str, seen: int | None, by: Actor) -> None:
    """Accept one case: its clock runs from the next day. What is still to be read is read first.

    Raises:
        NotAllowed: not the window.
        Conflict: another state, a material is missing, or a decision it waits for is not there.
        StaleObject: somebody acted since `seen`.
    """
    settle_cases(application_of(number))
    fetch_open(application_of(number), by=by)
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        case = find_case(number)
        _check_window(case.application, by)
        verb = check_verb(get_regime(case.regime), "accept", state=case.state)
        if case.application.state != "submitted":
            raise Conflict("申请人正在补正材料，补齐后才能受理。")
        _check_predecessors(case)
        needed = case.application.materials.filter(needed_by__contains=[case.item])
        check_ready({one.title: one.state for one in needed})
        start = clock.today()
        legal, promised = due_days(item_of(case), start)
        Case.objects.filter(pk=number).update(
            state=verb.leads, accepted_on=start, legal_due_on=legal, promised_due_on=promised
        )
        set_due(on=f"case:{number}", what="decide", day=legal or promised, instead_of="accept")
        act = Accepted(
            item=case.item,
            promised_due_on=promised.isoformat(),
            legal_due_on=legal.isoformat() if legal else "",
        )
        note_case(act, case, version=version, by=by, basis=str(verb.cite))


def refuse_acceptance(*, number: str, reason: str, seen: int | None, by: Actor) -> None:
    """Refuse to accept one case: a written decision with its reason and the remedies.

    Raises:
        NotAllowed: not the window.
        BadInput: no reason.
        Conflict: another state.
        StaleObject: somebody acted since `seen`.
    """
    words = check_words(reason, field="reason", what="不予受理的理由")
    settle_cases(application_of(number))
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        case = find_case(number)
        _check_window(case.application, by)
        verb = check_verb(get_regime(case.regime), "refuse-acceptance", state=case.state)
        Case.objects.filter(pk=number).update(state=verb.leads, decided_on=clock.today())
        clear_due(on=f"case:{number}")
        agency, basis = get_agency(case.agency), str(verb.cite)
        ruling = Ruling(case, agency, verb.leads, words, basis, by.key)
        act = NotAccepted(item=case.item, paper=ruling.paper)
        entry = note_case(act, case, version=version, by=by, basis=basis, said={"words": words})
        write_decision(ruling, entry=entry)
        close_if_all_decided(case.application_id)


def _application(number: str) -> Application:
    row = Application.objects.filter(pk=number).first()
    if row is None:
        raise NotFound("没有这个编号的办件。")
    return row


def _check_window(row: Application, by: Actor) -> None:
    name = get_agency(row.window).name
    check_officer(by, role="window-clerk", agency=row.window, agency_name=name)


def _read_before_asking(number: str, reasons: Mapping[str, str], *, by: Actor) -> None:
    """Certificates that are about to be asked for are looked up first."""
    row = Application.objects.filter(pk=number, state="submitted").first()
    if row is None or not by.has_role("window-clerk") or by.agency != row.window:
        return
    asked = row.materials.filter(kind="certificate", material__in=list(reasons), document=None)
    if wanted := list(asked.values_list("material", flat=True)):
        fetch_materials(number, by=by, only=wanted)


def _check_not_held(row: Application, reasons: Mapping[str, str]) -> None:
    """A certificate that the library gave need not and must not be handed in again (在线政务服务若干规定)."""
    asked = row.materials.filter(kind="certificate", material__in=list(reasons), outcome__in=_HELD)
    for held in asked.order_by("id")[:1]:
        words = say(
            "证照库里有「{title}」，已经调取，不能再要求提交（《在线政务服务若干规定》）。内容不对的，请用「请校核」。",
            title=held.title,
        )
        raise BadInput(words, field=f"reason-{held.material}")


def _lines(row: Application, reasons: Mapping[str, str]) -> list[dict[str, str]]:
    if not reasons:
        raise BadInput("请至少选择一份需要补正的材料。", field="materials")
    titles = {one.material: one.title for one in row.materials.all()}
    if unknown := reasons.keys() - titles.keys():
        raise BadInput(
            say("这件事不需要这些材料：{materials}。", materials="、".join(sorted(unknown))),
            field="materials",
        )
    return [
        {
            "material": code,
            "title": titles[code],
            "reason": check_words(
                reason, field=f"reason-{code}", what=say("「{title}」要补什么", title=titles[code])
            ),
        }
        for code, reason in reasons.items()
    ]


def _check_predecessors(case: Case) -> None:
    before = Case.objects.filter(application=case.application, item__in=case.after)
    if waiting := [one.title for one in before if one.state != "granted"]:
        raise Conflict(say("要先办结「{first}」，才能受理「{title}」。", first=waiting[0], title=case.title))
