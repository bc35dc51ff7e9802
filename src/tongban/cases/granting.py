"""What a grant brings: a firm where the item registers one, a child's number, the certificate or its new term."""

from uuid import UUID

from tongban.cases.answers import value_of
from tongban.cases.models import Application
from tongban.cases.newborns import holder_of, number_child
from tongban.cases.references import note_reference
from tongban.cases.written import Ruling
from tongban.certificates.api import issue_certificate, renew_certificate
from tongban.identity.api import PersonView, get_person, register_firm
from tongban.journal.api import Actor
from tongban.services.api import ServiceItem


def bring_about(ruling: Ruling, item: ServiceItem, *, entry: UUID, by: Actor) -> UUID | None:
    """Do what the grant of an item does; part of the act `entry` that grants. Returns the certificate, if it gives one."""
    case = ruling.case
    row = Application.objects.get(pk=case.application_id)
    person = get_person(row.applicant)
    if item.registers_firm:
        _register(ruling, row, item, entry)
    if item.about and item.about.numbers:
        number_child(row, case, item, entry=entry, by=by)
    if item.result.certificate is None:
        return None
    content = _content(ruling, row, item, person)
    if case.renews:
        return renew_certificate(
            certificate=case.renews,
            content=content,
            case_number=case.number,
            begins_on=ruling.begins_on,
            words=ruling.words,
            by=by,
        )
    return issue_certificate(
        type_code=item.result.certificate,
        number=row.firm if item.registers_firm else case.number,
        holder=holder_of(row, item, person),
        content=content,
        issuer=case.agency,
        case_number=case.number,
        basis=ruling.basis,
        by=by,
    )


def _register(ruling: Ruling, row: Application, item: ServiceItem, entry: UUID) -> None:
    assert item.registers_firm
    firm = register_firm(
        name=row.answers[item.registers_firm.name],
        kind=row.answers.get(item.registers_firm.kind, "个体工商户"),
        representative=row.applicant,
        area=ruling.agency.area,
        address=row.answers.get(item.registers_firm.address, ""),
        on=ruling.decided_on,
        entry=entry,
    )
    row.firm, row.firm_name = firm.uscc, firm.name
    row.save(update_fields=["firm", "firm_name"])
    kinds = list(row.cases.order_by("ordinal").values_list("item", flat=True))
    note_reference(row, kinds=kinds, state="open")


def _content(ruling: Ruling, row: Application, item: ServiceItem, person: PersonView) -> dict[str, str]:
    """The fields of the certificate that the item names, each from its source."""
    holder = holder_of(row, item, person)
    own = {
        "firm.name": row.firm_name,
        "decision.date": ruling.decided_on.isoformat(),
        "holder.name": holder.name,
        "holder.number": holder.number,
    }
    return {
        field: own.get(source)
        or value_of(source.removeprefix("answer:"), answers=row.answers, person=person, firm=row.firm)
        for field, source in item.certificate_fields.items()
    }
