"""Agencies, roles, officers, people and firms in packs. People exist only in demonstration packs."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from django.contrib.auth.hashers import make_password

from tongban.identity.models import Account, Agency, Firm, MandateGround, Officer, Person, Role
from tongban.identity.numbers import is_credit_code, is_id_number
from tongban.packs.api import is_code, store
from tongban.packs.ports import (
    Cite,
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
)

#: Everybody's password in a demonstration city; `check --deploy` refuses a city that has such accounts.
DEMONSTRATION_PASSWORD = "tongban-demo"  # noqa: S105 - printed on the sign-in page of the demonstration city


class AgencyRow(Model):
    """One agency; `reviewed_by` names the government that hears its administrative reviews."""

    code: Annotated[Code, Names("agency")]
    name: Text
    short_name: Text
    uscc: str = ""
    level: Text
    area: Text
    parent: Annotated[Code, Ref("agency")] | None = None
    phone: Text
    address: Text
    hours: str = ""
    reviewed_by: str = ""


class Agencies(Model):
    """`agencies*.yaml`."""

    agencies: tuple[AgencyRow, ...]


class RoleRow(Model):
    """One role."""

    code: Annotated[Code, Names("role")]
    title: Text


class Roles(Model):
    """`roles.yaml`."""

    roles: tuple[RoleRow, ...]


class OfficerRow(Model):
    """One post; `roles` are parted by spaces."""

    number: Annotated[Text, Names("officer")]
    agency: Annotated[Text, Ref("agency")]
    name: Text
    post: Text
    roles: Text
    username: Text


class Officers(Model):
    """`officers.csv`."""

    rows: tuple[OfficerRow, ...]


class PersonRow(Model):
    """One invented person."""

    username: Text
    id_number: Annotated[Text, Names("person")]
    name: Text
    sex: Text
    born_on: date
    phone: str = ""
    address: str = ""


class People(Model):
    """`people.csv`."""

    rows: tuple[PersonRow, ...]


class FirmRow(Model):
    """One invented firm; `representative` is a person's identity number."""

    uscc: Annotated[Text, Names("firm")]
    name: Text
    kind: Text
    representative: Annotated[Text, Ref("person")]
    address: str = ""
    registered_on: date


class Firms(Model):
    """`firms.csv`."""

    rows: tuple[FirmRow, ...]


class MandateGroundRow(Model):
    """What the law says of acting by an agent."""

    code: Annotated[Code, Names("mandate-ground")]
    text: Text
    cite: Cite


class MandateGrounds(Model):
    """`mandates.yaml`."""

    grounds: tuple[MandateGroundRow, ...]


def check_agencies(document: Document, known: Known) -> Iterable[Finding]:
    """Levels and areas are codes; a credit code that fails its check is flagged: real bodies sometimes have none."""
    for number, agency in enumerate(document.data.agencies):
        if not is_code(known, "exercise-level", agency.level):
            yield document.finding(("agencies", number, "level"), f"there is no level {agency.level!r}")
        if not is_code(known, "area", agency.area):
            yield document.finding(("agencies", number, "area"), f"there is no area {agency.area!r}")
        if agency.uscc and not is_credit_code(agency.uscc):
            yield document.finding(
                ("agencies", number, "uscc"), f"the credit code {agency.uscc} fails GB 32100", level="warning"
            )


def check_officers(document: Document, known: Known) -> Iterable[Finding]:
    """Every role must exist."""
    for number, officer in enumerate(document.data.rows):
        for role in officer.roles.split():
            if role not in known.get("role", {}):
                yield document.finding(("rows", number), f"there is no role {role!r}")


def check_people(document: Document, _known: Known) -> Iterable[Finding]:
    """Invented numbers still follow GB 11643, and agree with birth day and sex."""
    for number, person in enumerate(document.data.rows):
        digits = person.id_number
        if not is_id_number(digits) or digits[6:14] != f"{person.born_on:%Y%m%d}":
            yield document.finding(("rows", number), f"the identity number {digits} fails GB 11643")
        elif (int(digits[16]) % 2 == 1) != (person.sex == "男"):
            yield document.finding(("rows", number), f"the identity number {digits} says another sex")


def load_agencies(documents: Sequence[Document], source: Source) -> Stored:
    """Write the agencies."""
    rows = [
        {**row.model_dump(exclude={"parent"}), "parent_id": row.parent}
        for document in documents
        for row in document.data.agencies
    ]
    return store(Agency, rows, key=("code",), source=source)


def load_roles(documents: Sequence[Document], source: Source) -> Stored:
    """Write the roles."""
    rows = [row.model_dump() for document in documents for row in document.data.roles]
    return store(Role, rows, key=("code",), source=source)


def load_officers(documents: Sequence[Document], source: Source) -> Stored:
    """Write the posts, and in a demonstration their accounts."""
    officers = [row for document in documents for row in document.data.rows]
    rows = [
        {
            "number": row.number,
            "agency_id": row.agency,
            "name": row.name,
            "post": row.post,
            "roles": row.roles.split(),
        }
        for row in officers
    ]
    stored = store(Officer, rows, key=("number",), source=source)
    _open_accounts([{"username": row.username, "officer_id": row.number} for row in officers], source)
    return stored


def load_people(documents: Sequence[Document], source: Source) -> Stored:
    """Write the invented people with their accounts; known people keep their ids."""
    people = [row for document in documents for row in document.data.rows]
    stored = store(
        Person, [row.model_dump(exclude={"username"}) for row in people], key=("id_number",), source=source
    )
    ids = dict(Person.objects.values_list("id_number", "id"))
    _open_accounts([{"username": row.username, "person_id": ids[row.id_number]} for row in people], source)
    return stored


def load_grounds(documents: Sequence[Document], source: Source) -> Stored:
    """Write the grounds of mandates in their order."""
    grounds = [row for document in documents for row in document.data.grounds]
    rows = [
        {"code": row.code, "text": row.text, "ordinal": n, "cite": row.cite.model_dump(mode="json")}
        for n, row in enumerate(grounds)
    ]
    return store(MandateGround, rows, key=("code",), source=source)


def load_firms(documents: Sequence[Document], source: Source) -> Stored:
    """Write the invented firms."""
    ids = dict(Person.objects.values_list("id_number", "id"))
    rows = [
        {**row.model_dump(exclude={"representative"}), "representative_id": ids[row.representative]}
        for document in documents
        for row in document.data.rows
    ]
    return store(Firm, rows, key=("uscc",), source=source)


def _open_accounts(rows: Sequence[dict[str, Any]], source: Source) -> None:
    if not source.demonstration:
        return
    known = set(Account.objects.values_list("username", flat=True))
    missing = [row for row in rows if row["username"] not in known]
    if missing:
        password = make_password(DEMONSTRATION_PASSWORD)
        Account.objects.bulk_create(Account(**row, password=password, source=str(source)) for row in missing)


SECTIONS = [
    Section("mandates", "mandates.yaml", MandateGrounds, load_grounds),
    Section("roles", "roles.yaml", Roles, load_roles),
    Section("agencies", "agencies*.yaml", Agencies, load_agencies, check_agencies),
    Section("officers", "officers.csv", Officers, load_officers, check_officers),
    Section("people", "people.csv", People, load_people, check_people),
    Section("firms", "firms.csv", Firms, load_firms),
]
