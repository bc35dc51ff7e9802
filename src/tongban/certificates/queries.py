"""Reading certificates: by their owner, by an officer with a case, by a stranger with the check code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tongban.certificates.issuing_keys import issuer_keys
from tongban.certificates.models import (
    STATUSES,
    Certificate,
    CertificateChange,
    CertificateGround,
    CertificateType,
)
from tongban.certificates.policy import can_change
from tongban.certificates.sdjwt import Credential, check_sd_jwt
from tongban.certificates.signing.editions import editions_of
from tongban.certificates.signing.models import FurtherHolder
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

#: 行政许可法 50: a renewal is asked for thirty days before the end.
SOON_DAYS = 30
GROUPS = ("soon", "expired", "stopped", "valid")


@dataclass(frozen=True)
class ChangeView:
    """What was decided last about a certificate: the change, its ground, reasons and remedies."""

    change: str
    ground: str
    basis: str
    verified: bool
    words: str
    decided_on: date
    review_body: str
    review_until: date


@dataclass(frozen=True)
class Ground:
    """A ground that an officer may choose."""

    code: str
    change: str
    title: str
    cite: Mapping[str, Any]


@dataclass(frozen=True)
class CertificateView:
    """A certificate with the names of its fields."""

    id: UUID
    identifier: str
    type: str
    title: str
    number: str
    holder_name: str
    holder_number: str
    issuer: str
    issuer_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    fields: tuple[tuple[str, str], ...]
    status: str
    sd_jwt: str
    check_code: str
    case_number: str
    entry: UUID
    owner: UUID
    version: int
    change: "ChangeView | None"
    #: The certificate that this one renews or replaces, and the one that took its place: id and identifier.
    previous: "tuple[UUID, str] | None" = None
    following: "tuple[UUID, str] | None" = None

    @property
    def ends_soon(self) -> bool:
        """Whether it is valid now and ends within thirty days."""
        left = (self.valid_to - clock.today()).days if self.valid_to else SOON_DAYS + 1
        return self.status == "valid" and left <= SOON_DAYS

    @property
    def status_words(self) -> str:
        """The status in Chinese."""
        return STATUSES[self.status]

    @property
    def printed_code(self) -> str:
        """The check code in groups of four, as it is printed."""
        return "-".join(self.check_code[n : n + 4] for n in range(0, len(self.check_code), 4))


def certificates_of(owner: UUID) -> list[CertificateView]:
    """The certificates a person may open, newest first."""
    return _views(Certificate.objects.filter(opened_by(owner)).select_related("type").order_by("-id"))


def certificates_of_case(case_numbers: Sequence[str]) -> list[CertificateView]:
    """The certificates that cases gave."""
    return _views(
        Certificate.objects.filter(case_number__in=case_numbers).select_related("type").order_by("id")
    )


def find_held(owner: UUID, *, type_code: str, number: str) -> CertificateView | None:
    """The newest certificate of a type with this number that a person may open; None if there is none."""
    rows = Certificate.objects.filter(opened_by(owner), type=type_code, number=number.strip())
    found = _views(rows.exclude(status="replaced").select_related("type"))
    return found[0] if found else None


def renewable(certificate: UUID) -> bool:
    """Whether a certificate may be given a new term: it is valid, or has just ended."""
    row = Certificate.objects.filter(pk=certificate).first()
    return row is not None and can_change("replace", status=row.status_on(clock.today()))


def get_certificate(certificate: UUID, *, by: Actor) -> CertificateView:
    """A certificate for its owner.

    Raises:
        NotFound: there is none, or it is somebody else's; the two are told alike.
    """
    rows = (
        Certificate.objects.filter(opened_by(by.person), pk=certificate).select_related("type")
        if by.person
        else ()
    )
    found = _views(rows)
    if not found:
        raise NotFound("没有找到这份证照，或者它不属于您。")
    return found[0]


def issued_certificate(certificate: UUID, *, issuer: str) -> CertificateView:
    """A certificate for the agency that issued it.

    Raises:
        NotFound: there is none, or another agency issued it; told alike.
    """
    rows = Certificate.objects.filter(pk=certificate, issuer=issuer).select_related("type") if issuer else ()
    found = _views(rows)
    if not found:
        raise NotFound("没有找到这份证照，或者它不是贵部门签发的。")
    return found[0]


def issued_certificates(
    by: Actor, *, group: str, after: UUID | None = None, limit: int = 50
) -> list[CertificateView]:
    """What an officer's agency issued, in a group: `soon` (ends within thirty days), `expired`, `stopped`, `valid`.

    Paged by id; `after` is the last one seen.
    """
    if by.kind != "officer" or not by.agency:
        return []
    today, soon = clock.today(), clock.today() + timedelta(days=SOON_DAYS)
    groups = {
        "soon": Q(status="valid", valid_to__gte=today, valid_to__lte=soon),
        "expired": Q(status="valid", valid_to__lt=today),
        "stopped": ~Q(status="valid"),
        "valid": Q(status="valid") & (Q(valid_to=None) | Q(valid_to__gt=soon)),
    }
    rows = Certificate.objects.filter(groups.get(group, groups["valid"]), issuer=by.agency)
    if after:
        rows = rows.filter(id__gt=after)
    return _views(rows.select_related("type").order_by("id")[:limit])


@dataclass(frozen=True)
class TypeView:
    """A type of certificate with its fields: name and title."""

    code: str
    title: str
    holder: str
    fields: tuple[tuple[str, str], ...]


def types_issued_by(agency: str) -> list[TypeView]:
    """The types that an agency issues."""
    rows = CertificateType.objects.filter(issuers__contains=[agency]).order_by("code") if agency else ()
    return [
        TypeView(
            row.code, row.title, row.holder, tuple((field["name"], field["title"]) for field in row.fields)
        )
        for row in rows
    ]


def change_grounds(changes: Collection[str]) -> list[Ground]:
    """The grounds on which certificates may be changed so."""
    rows = CertificateGround.objects.filter(change__in=changes).order_by("change", "code")
    return [Ground(row.code, row.change, row.title, row.cite) for row in rows]


def find_by_code(code: str) -> CertificateView | None:
    """The certificate with a check code, however it was typed; None if there is none."""
    plain = "".join(char for char in code.upper() if char.isalnum()).translate(str.maketrans("ILOU", "110V"))
    found = _views(Certificate.objects.filter(check_code=plain).select_related("type"))
    return found[0] if found else None


def find_by_identifier(identifier: str) -> CertificateView | None:
    """The certificate with an identifier of GB/T 36904, as an intact paper names it; None if there is none."""
    found = _views(Certificate.objects.filter(identifier=identifier).select_related("type"))
    return found[0] if found else None


def check_credential(text: str) -> tuple[Credential, CertificateView | None]:
    """Check a pasted SD-JWT, and find the row it was issued with.

    Raises:
        BadCredential: it is not one of ours, or was altered.
    """
    credential = check_sd_jwt(text, issuer_keys())
    rows = Certificate.objects.filter(identifier=credential.claims.get("identifier", "")).select_related(
        "type"
    )
    found = _views(rows)
    return credential, found[0] if found else None


def type_titles(codes: Sequence[str] | None = None) -> dict[str, str]:
    """The titles of certificate types by code; of all of them where no codes are given."""
    rows = CertificateType.objects.order_by("title", "code")
    return dict((rows if codes is None else rows.filter(code__in=codes)).values_list("code", "title"))


def opened_by(person: UUID) -> Q:
    """Certificates that a person may open: as the holder or the holder's representative, or as a further holder."""
    return Q(owner=person) | Q(Exists(FurtherHolder.objects.filter(certificate=OuterRef("pk"), owner=person)))


def _last_changes(certificates: Sequence[UUID]) -> dict[UUID, ChangeView]:
    if not certificates:
        return {}
    rows = CertificateChange.objects.filter(certificate__in=certificates).order_by("id")
    return {
        row.certificate_id: ChangeView(
            row.change,
            row.ground,
            row.basis,
            row.verified,
            row.words,
            row.decided_on,
            row.review_body,
            row.review_until,
        )
        for row in rows
    }


def _linked(
    rows: Sequence[Certificate],
) -> tuple[dict[UUID, tuple[UUID, str]], dict[UUID, tuple[UUID, str]]]:
    """By certificate: the one before it, and the one after it; nothing is asked where no row has either."""
    later = [row.id for row in rows if row.previous_id]
    earlier = [row.id for row in rows if row.status == "replaced"]
    if not later and not earlier:
        return {}, {}
    links = Certificate.objects.filter(Q(pk__in=later) | Q(previous__in=earlier)).exclude(previous=None)
    found = list(links.values_list("id", "identifier", "previous_id", "previous__identifier"))
    before = {new: (old, name) for new, _identifier, old, name in found}
    return before, {old: (new, identifier) for new, identifier, old, _name in found}


def _views(rows: Any) -> list[CertificateView]:
    held: list[Certificate] = list(rows)
    agencies = get_agencies({row.issuer for row in held}) if held else {}
    today = clock.today() if held else date.min
    before, after = _linked(held)
    changes = _last_changes([row.id for row in held if row.version > 1])
    editions = editions_of((row.type_id, row.edition) for row in held)
    return [
        CertificateView(
            id=row.id,
            identifier=row.identifier,
            type=row.type_id,
            title=row.type.title,
            number=row.number,
            holder_name=row.holder_name,
            holder_number=row.holder_number,
            issuer=row.issuer,
            issuer_name=agencies[row.issuer].name,
            issued_on=row.issued_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            fields=tuple(
                (field["title"], row.content[field["name"]])
                for field in editions[row.type_id, row.edition].fields
            ),
            status=row.status_on(today),
            sd_jwt=row.sd_jwt,
            check_code=row.check_code,
            case_number=row.case_number,
            entry=row.entry,
            owner=row.owner,
            version=row.version,
            change=changes.get(row.id),
            previous=before.get(row.id),
            following=after.get(row.id),
        )
        for row in held
    ]
