"""Deciding a case: the written decision with its remedies, the certificate, and what it brings into being."""

from uuid import UUID

from django.db import transaction

from tongban.cases.access import find_case
from tongban.cases.acting import check_nothing_open, settle_case, take_in_hand
from tongban.cases.actions.close import close_if_all_decided
from tongban.cases.answers import value_of
from tongban.cases.entries import note_case
from tongban.cases.fetching import fetch_materials
from tongban.cases.formalities.owing import open_owed
from tongban.cases.kinds import Decided
from tongban.cases.models import Application, Case
from tongban.cases.newborns import holder_of, number_child
from tongban.cases.policy import check_second_pair_of_eyes, check_words
from tongban.cases.references import note_reference
from tongban.cases.terms import item_of
from tongban.cases.written import Ruling, write_decision
from tongban.certificates.api import issue_certificate
from tongban.clocks.api import clear_due
from tongban.identity.api import get_agency, get_person, register_firm
from tongban.journal.api import Actor, bump, system
from tongban.kernel import clock
from tongban.services.api import ServiceItem, Verb

_VERBS = {"granted": "grant", "refused": "refuse", "advised": "advise"}


def decide(*, number: str, result: str, words: str, seen: int | None, by: Actor) -> None:
    """Decide a case: `result` is `granted`, `refused` or (guidance) `advised`; `words` are the reasons.

    Raises:
        BadInput: no reasons.
        NotAllowed: not the approver, or the one who examined.
        Conflict: another state.
        StaleObject: somebody acted since `seen`.
    """
    said = check_words(words, field="words", what="决定的理由和依据")
    application = find_case(number).application_id
    settle_case(number)
    with transaction.atomic():
        version = bump(Case, number, seen=seen)
        doing = take_in_hand(number, _VERBS.get(result, result), by=by)
        case, verb = doing.case, doing.step
        assert isinstance(verb, Verb), "nobody decides by a step beside the table"
        agency = get_agency(case.agency)
        if opinion := getattr(case, "opinion", None):
            for decider in (by.key, doing.deputy_for):
                check_second_pair_of_eyes(examiner=opinion.officer, decider=decider)
        check_nothing_open(case, doing.regime)
        item = item_of(case)
        basis = "；".join(str(cite) for cite in item.basis)
        Case.objects.filter(pk=number).update(state=verb.leads, decided_on=clock.today())
        clear_due(on=f"case:{number}")
        ruling = Ruling(case, agency, result, said, basis, by.key, doing.deputy_for)
        entry = note_case(
            Decided(item=case.item, result=result, paper=ruling.paper),
            case,
            version=version,
            by=by,
            said={"words": said, **({"deputy_for": doing.deputy_for} if doing.deputy_for else {})},
            basis=basis,
        )
        certificate = _grant(ruling, item, entry, by) if result == "granted" else None
        write_decision(ruling, entry=entry, certificate=certificate)
        open_owed(doing, state=verb.leads, by=by)
        close_if_all_decided(case.application_id)
    fetch_materials(application, by=system("cases"))


def _grant(ruling: Ruling, item: ServiceItem, entry: UUID, by: Actor) -> UUID | None:
    """What a grant brings: a firm where the item registers one, and the certificate the law gives."""
    case = ruling.case
    row = Application.objects.get(pk=case.application_id)
    person = get_person(row.applicant)
    if item.registers_firm:
        firm = register_firm(
            name=row.answers[item.registers_firm.name],
            kind=row.answers.get(item.registers_firm.kind, "个体工商户"),
            representative=row.applicant,
            area=ruling.agency.area,
            address=row.answers.get(item.registers_firm.address, ""),
            on=clock.today(),
            entry=entry,
        )
        row.firm, row.firm_name = firm.uscc, firm.name
        row.save(update_fields=["firm", "firm_name"])
        kinds = list(row.cases.order_by("ordinal").values_list("item", flat=True))
        note_reference(row, kinds=kinds, state="open")
    if item.about and item.about.numbers:
        number_child(row, case, item, entry=entry, by=by)
    if item.result.certificate is None:
        return None
    holder = holder_of(row, item, person)
    own = {
        "firm.name": row.firm_name,
        "decision.date": clock.today().isoformat(),
        "holder.name": holder.name,
        "holder.number": holder.number,
    }
    content = {
        field: own.get(source)
        or value_of(source.removeprefix("answer:"), answers=row.answers, person=person, firm=row.firm)
        for field, source in item.certificate_fields.items()
    }
    return issue_certificate(
        type_code=item.result.certificate,
        number=row.firm if item.registers_firm else case.number,
        holder=holder,
        content=content,
        issuer=case.agency,
        case_number=case.number,
        basis=ruling.basis,
        by=by,
    )
