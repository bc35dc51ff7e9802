"""People who have no number yet: a newborn is known by its birth certificate until the police give it a number."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tongban.identity.models import Person, Unnumbered
from tongban.identity.numbers import new_id_number
from tongban.identity.queries import PersonView, get_person
from tongban.kernel.errors import BadInput, NotFound
from tongban.kernel.sentences import say


@dataclass(frozen=True)
class UnnumberedView:
    """Somebody by a paper; `id_number` is empty until it was given."""

    id: UUID
    paper: str
    name: str
    sex: str
    born_on: date
    id_number: str


def note_unnumbered(*, paper: str, name: str, sex: str, born_on: date, source: str) -> UnnumberedView:
    """Somebody known by a paper; whoever names the same paper means the same child.

    Raises:
        BadInput: the paper is another child's, by sex or day of birth.
    """
    row, _made = Unnumbered.objects.get_or_create(
        paper=paper, defaults={"name": name, "sex": sex, "born_on": born_on, "source": source}
    )
    if (row.sex, row.born_on) != (sex, born_on):
        raise BadInput(
            say("证明 {paper} 登记的性别或者出生日期与您填的不一样，请对照证明核对。", paper=paper)
        )
    return _view(row)


def find_unnumbered(subject: UUID) -> UnnumberedView | None:
    """Somebody who came without a number, also after it was given."""
    row = Unnumbered.objects.filter(pk=subject).first()
    return _view(row) if row else None


def give_number(*, subject: UUID, name: str, area: str, address: str, entry: UUID) -> PersonView:
    """Give a child its number, as a person with the id that it had before; twice gives the same.

    Raises:
        NotFound: nobody without a number has this id.
        Conflict: the area has no number left for the day.
    """
    row = Unnumbered.objects.select_for_update().filter(pk=subject).first()
    if row is None:
        raise NotFound("没有这个还没有公民身份号码的人。")
    if not row.id_number:
        day = f"{area}{row.born_on:%Y%m%d}"
        taken = set(Person.objects.filter(id_number__startswith=day).values_list("id_number", flat=True))
        row.id_number = new_id_number(area, row.born_on, male=row.sex == "男", taken=taken)
        row.name = name
        row.save(update_fields=["id_number", "name"])
        Person.objects.create(
            id=row.pk,
            id_number=row.id_number,
            name=name,
            sex=row.sex,
            born_on=row.born_on,
            address=address,
            source=f"edit:{entry}",
        )
    return get_person(subject)


def _view(row: Unnumbered) -> UnnumberedView:
    return UnnumberedView(row.pk, row.paper, row.name, row.sex, row.born_on, row.id_number)
