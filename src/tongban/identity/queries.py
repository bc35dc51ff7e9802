"""Who somebody is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from tongban.identity.models import (
    Account,
    Agency,
    Firm,
    Merger,
    Officer,
    Passkey,
    Person,
    RecoveryCode,
    Role,
    TotpSecret,
)
from tongban.identity.numbers import is_credit_code, masked
from tongban.journal.api import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.sentences import say
from tongban.packs.api import remembered

#: As many people as a page can list; a city has hundreds.
LISTED_PEOPLE = 30


@dataclass(frozen=True)
class AgencyView:
    """An agency as other modules see it."""

    code: str
    name: str
    short_name: str
    level: str
    area: str
    parent: str
    uscc: str
    phone: str
    address: str
    hours: str
    reviewed_by: str


@dataclass(frozen=True)
class PersonView:
    """A person. `id_number` is whole; pages show `masked_number`."""

    id: UUID
    name: str
    id_number: str
    sex: str
    born_on: date
    phone: str
    address: str

    @property
    def masked_number(self) -> str:
        """The identity number with its middle hidden."""
        return masked(self.id_number)

    def age_on(self, day: date) -> int:
        """Full years of age on a day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class FirmView:
    """A firm."""

    uscc: str
    name: str
    kind: str
    representative: UUID
    address: str
    registered_on: date
    subject: UUID


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a visitor of the demonstration city may sign in as."""

    username: str
    name: str
    group: str
    post: str


@dataclass(frozen=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class SignInMethods:
    """How an account may be signed in to."""

    has_password: bool
    totp_since: datetime | None
    recovery_codes_left: int
    passkeys: tuple[PasskeyView, ...]


def methods_of(account: int) -> SignInMethods:
    """The ways to sign in to an account, the oldest passkey first."""
    passkeys = Passkey.objects.filter(account=account).order_by("added_at", "id")
    return SignInMethods(
        has_password=Account.objects.get(pk=account).has_usable_password(),
        totp_since=TotpSecret.objects.filter(account=account).values_list("added_at", flat=True).first(),
        recovery_codes_left=RecoveryCode.objects.filter(account=account, used_at=None).count(),
        passkeys=tuple(PasskeyView(one.id, one.name, one.added_at, one.last_used_at) for one in passkeys),
    )


def needs_second_step(account: int) -> bool:
    """Whether a password alone does not sign in to the account."""
    return TotpSecret.objects.filter(account=account).exists()


def get_agency(code: str) -> AgencyView:
    """The agency `code`.

    Raises:
        NotFound: there is none.
    """
    found = get_agencies([code])
    if code not in found:
        raise NotFound(say("没有代码为「{code}」的部门。", code=code))
    return found[code]


def get_agencies(codes: Iterable[str]) -> dict[str, AgencyView]:
    """Agencies by code, in one query; remembered while the content is in force."""
    wanted = frozenset(codes)

    def read() -> dict[str, AgencyView]:
        return {row.code: _agency(row) for row in Agency.objects.filter(code__in=wanted)}

    return dict(remembered("agencies", wanted, make=read))


def list_agencies() -> list[AgencyView]:
    """Every agency, by area, level and code: a province has hundreds, not thousands. One query."""
    return [_agency(row) for row in Agency.objects.order_by("area", "level", "code")]


def get_person(person: UUID) -> PersonView:
    """The person with that id.

    Raises:
        NotFound: there is none.
    """
    row = Person.objects.filter(pk=person).first()
    if row is None:
        raise NotFound("没有找到这个人。")
    return PersonView(row.id, row.name, row.id_number, row.sex, row.born_on, row.phone, row.address)


@dataclass(frozen=True)
class HolderView:
    """Whom a paper may name: a person, or a firm with the person who represents it.

    `subject` is whom the journal names: the person, or the firm itself.
    """

    name: str
    number: str
    person: UUID
    subject: UUID


def find_holder(number: str) -> HolderView | None:
    """The person with an id number, or the firm with a credit code; None if neither is known here."""
    plain = number.strip().upper()
    if person := _with_kept().filter(id_number=plain).first():
        person = _kept([person]).get(person.id, person)
        return HolderView(person.name, person.id_number, person.id, person.id)
    firm = Firm.objects.filter(pk=plain).first()
    return HolderView(firm.name, firm.uscc, firm.representative_id, firm.subject) if firm else None


def find_holders(numbers: Iterable[str]) -> dict[str, HolderView]:
    """The people and firms with these numbers, by number; those that nobody has are left out. Two queries.

    A merged identity's number finds the person that was kept.
    """
    wanted = {number.strip().upper() for number in numbers}
    if not wanted:
        return {}
    people = list(_with_kept().filter(id_number__in=wanted))
    kept = _kept(people)
    found = {
        row.id_number: HolderView(one.name, one.id_number, one.id, one.id)
        for row in people
        for one in [kept.get(row.id, row)]
    }
    for firm in Firm.objects.filter(pk__in=wanted - found.keys()):
        found[firm.uscc] = HolderView(firm.name, firm.uscc, firm.representative_id, firm.subject)
    return found


def _with_kept() -> QuerySet[Person]:
    """People, each with who was kept where the identity was merged into another (`merged_into`)."""
    into = Merger.objects.filter(gone=OuterRef("pk")).values("kept")[:1]
    return Person.objects.annotate(merged_into=Subquery(into))


def _kept(people: Sequence[Person]) -> dict[UUID, Person]:
    """Of these people (of `_with_kept`) the merged ones, each with whom was kept; no query where none is."""
    into = {row.id: row.merged_into for row in people if row.merged_into}  # type: ignore[attr-defined]
    found = Person.objects.in_bulk(list(into.values())) if into else {}
    return {gone: found[kept] for gone, kept in into.items()}


def subject_numbers(subjects: Sequence[UUID]) -> list[str]:
    """The numbers of subjects, people or firms, in their order; one query where all are people.

    Raises:
        NotFound: one of them is neither.
    """
    known = dict(Person.objects.filter(pk__in=subjects).values_list("pk", "id_number"))
    if others := set(subjects) - known.keys():
        known |= dict(Firm.objects.filter(subject__in=others).values_list("subject", "uscc"))
    if set(subjects) - known.keys():
        raise NotFound("没有找到这个人，或者这家经营主体。")
    return [known[one] for one in subjects]


def people_numbered(numbers: Iterable[str]) -> dict[str, UUID]:
    """The people among some identity numbers who are known here, by number, in one query."""
    return dict(Person.objects.filter(id_number__in=set(numbers)).values_list("id_number", "pk"))


def firms_among(numbers: Iterable[str]) -> list[UUID]:
    """The subjects of the firms whose credit codes stand among some numbers; no query where none has the form."""
    codes = {number for number in numbers if is_credit_code(number)}
    rows = Firm.objects.filter(pk__in=codes).order_by("pk") if codes else Firm.objects.none()
    return list(rows.values_list("subject", flat=True))


def find_person(*, name: str, id_number: str) -> PersonView | None:
    """Somebody by name and identity number, both of which must fit; None tells nothing about which did not."""
    row = Person.objects.filter(id_number=id_number, name=name).values_list("pk", flat=True).first()
    return get_person(row) if row else None


def person_names(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people by their ids, in one query."""
    wanted = set(people)
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def firm_names(numbers: Iterable[str]) -> dict[str, str]:
    """Names of firms by their credit codes; codes that nobody has are left out. One query, none without codes."""
    wanted = set(numbers)
    return dict(Firm.objects.filter(pk__in=wanted).values_list("uscc", "name")) if wanted else {}


def get_firms_of(person: UUID) -> list[FirmView]:
    """The firms a person represents."""
    rows = Firm.objects.filter(representative=person).order_by("registered_on", "uscc")
    return [
        FirmView(
            row.uscc, row.name, row.kind, row.representative_id, row.address, row.registered_on, row.subject
        )
        for row in rows
    ]


def actor_of(account: Account) -> Actor:
    """The actor of an account that was loaded with its person or officer."""
    if account.person:
        return Actor(kind="person", key=str(account.person.pk), name=account.person.name)
    officer = account.officer
    assert officer
    return Actor("officer", officer.number, officer.agency_id, frozenset(officer.roles), officer.name)


def find_actor(username: str) -> Actor:
    """The actor who signs in as `username`.

    Raises:
        NotFound: there is no such account.
    """
    return actor_of(find_account(username))


def find_account(username: str) -> Account:
    """The open account of that name, with its person or officer.

    Raises:
        NotFound: there is no such account.
    """
    rows = Account.objects.select_related("person", "officer")
    account = rows.filter(username=username, is_active=True).first()
    if account is None:
        raise NotFound(say("没有用户名为「{username}」的账户。", username=username))
    return account


def get_account(account: int) -> Account:
    """The open account with that key, with its person or officer.

    Raises:
        NotFound: there is none.
    """
    rows = Account.objects.select_related("person", "officer")
    row = rows.filter(pk=account, is_active=True).first()
    if row is None:
        raise NotFound("没有这个账户，或者它已停用。")
    return row


def officers_with(role: str, *, agency: str) -> list[Actor]:
    """The officers of an agency who hold a role, by number."""
    return [one for one in _officers_of(agency) if one.has_role(role)]


def _officers_of(agency: str) -> Sequence[Actor]:
    def read() -> Sequence[Actor]:
        rows = Officer.objects.filter(agency_id=agency).order_by("number")
        return [Actor("officer", row.number, row.agency_id, frozenset(row.roles), row.name) for row in rows]

    return remembered("officers", agency, make=read)


def officer_posts(numbers: Iterable[str]) -> dict[str, str]:
    """The posts of officers by their numbers, in one query; never their names."""
    return dict(Officer.objects.filter(number__in=set(numbers)).values_list("number", "post"))


def officers_holding_several(roles: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The officers who hold more than one of `roles`: number and which of them, in the order given."""
    rows = (
        Officer.objects.filter(roles__overlap=list(roles)).order_by("number").values_list("number", "roles")
    )
    held = [(number, [role for role in roles if role in given]) for number, given in rows]
    return [(number, several) for number, several in held if len(several) > 1]


def count_invented() -> tuple[int, int]:
    """How many people, and how many open accounts, came from packs: only demonstration packs bring any."""
    people = Person.objects.filter(source__startswith="pack:").count()
    return people, Account.objects.filter(source__startswith="pack:", is_active=True).count()


def role_titles() -> dict[str, str]:
    """The Chinese titles of the roles."""
    return dict(remembered("roles", make=lambda: dict(Role.objects.values_list("code", "title"))))


def candidates() -> list[Candidate]:
    """Whom one may sign in as in a demonstration city: the first people of the pack, then officers by agency.

    Any other invented person signs in with the user name and the password of the demonstration.
    """
    rows = Account.objects.filter(is_active=True).order_by("pk")
    people = rows.filter(person__isnull=False).values_list("username", "person__name")[:LISTED_PEOPLE]
    officers = rows.filter(officer__isnull=False).values_list(
        "username", "officer__name", "officer__agency__name", "officer__post"
    )
    residents = [Candidate(username, name, "居民", "") for username, name in people]
    return [*residents, *(Candidate(*officer) for officer in officers)]


def people_usernames() -> list[str]:
    """The user names of everybody who is a resident, in order; one query."""
    rows = Account.objects.filter(is_active=True, person__isnull=False).order_by("pk")
    return list(rows.values_list("username", flat=True))


def _agency(row: Agency) -> AgencyView:
    return AgencyView(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        area=row.area,
        parent=row.parent_id or "",
        uscc=row.uscc,
        phone=row.phone,
        address=row.address,
        hours=row.hours,
        reviewed_by=row.reviewed_by,
    )
