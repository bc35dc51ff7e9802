"""Applications about a child that may have no identity number yet: whom they mean, and the number when it is given."""

from datetime import date
from uuid import UUID

from tongban.cases.entries import note_case
from tongban.cases.kinds import PersonNumbered
from tongban.cases.models import Application, Case
from tongban.certificates.api import Holder
from tongban.identity.api import (
    PersonView,
    UnnumberedView,
    find_unnumbered,
    get_agency,
    get_person,
    give_number,
    note_unnumbered,
)
from tongban.journal.api import Actor
from tongban.services.api import Guide, ServiceItem


def note_about(row: Application, guide: Guide) -> UUID | None:
    """Whom the application is about if an item is about a child: known by its paper, whoever applies.

    Raises:
        BadInput: the paper is known with another sex or day of birth.
    """
    about = next((item.about for item in guide.items if item.about), None)
    if about is None:
        return None
    child = note_unnumbered(
        paper=row.answers[about.paper],
        name=row.answers[about.name],
        sex=row.answers[about.sex],
        born_on=date.fromisoformat(row.answers[about.born_on]),
        source=f"application:{row.number}",
    )
    return child.id


def about_of(row: Application) -> UnnumberedView | None:
    """The child that the application is about."""
    return find_unnumbered(row.about) if row.about else None


def number_child(row: Application, case: Case, item: ServiceItem, *, entry: UUID, by: Actor) -> None:
    """Part of a grant: give the child its number, in the area of the deciding agency, at the applicant's address."""
    assert row.about
    assert item.about
    agency, parent = get_agency(case.agency), get_person(row.applicant)
    give_number(
        subject=row.about,
        name=row.answers[item.about.name],
        area=agency.area,
        address=parent.address,
        entry=entry,
    )
    note_case(
        PersonNumbered(item=case.item),
        case,
        version=case.version,
        by=by,
        others={row.about: {"title": item.title}},
    )


def holder_of(row: Application, item: ServiceItem, person: PersonView) -> Holder:
    """Who holds the certificate of an item: the firm, the child (under its paper while it has no number), the person."""
    child = about_of(row) if item.about else None
    if child:
        return Holder(child.name, child.id_number or child.paper, person.id)
    return Holder(row.firm_name or person.name, row.firm or person.id_number, person.id)
