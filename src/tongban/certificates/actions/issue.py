"""Issuing a certificate in the transaction of the decision that grants it; entering one that stood on paper before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.certificates.identifier import make_identifier
from tongban.certificates.issuer import issuer_key_name
from tongban.certificates.kinds import CertificateEntered, CertificateIssued
from tongban.certificates.mirroring.standings import check_own
from tongban.certificates.models import Certificate, CertificateType
from tongban.certificates.policy import check_issuer, check_term
from tongban.certificates.signing.editions import newest_editions
from tongban.certificates.signing.models import FurtherHolder
from tongban.certificates.signing.texts import Signed, sign_texts
from tongban.identity.api import AgencyView, get_agency
from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, Misconfigured
from tongban.kernel.ids import new_code, uuid7
from tongban.kernel.sentences import say
from tongban.keys.api import custody
from tongban.packs.ports import Cite

CHECK_CODE_LENGTH = 16


@dataclass(frozen=True)
class Term:
    """When a certificate was issued, and from when to when it holds (None: without end)."""

    issued_on: date
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Holder:
    """Whom a certificate names, and the person who may open it (None only for a further holder)."""

    name: str
    number: str
    owner: UUID | None


def issue_certificate(
    *,
    type_code: str,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    issuer: str,
    case_number: str,
    basis: str,
    by: Actor,
    others: Sequence[Holder] = (),
) -> UUID:
    """Issue a certificate of the type `type_code` (our code); `others` hold it, too. Returns its id.

    Raises:
        NotAllowed: another system is the record of the type.
        BadInput: a field of the type is missing in `content`.
        Misconfigured: the issuing agency has no key.
    """
    kind = CertificateType.objects.get(pk=type_code)
    today = clock.today()
    term = Term(today, today, years_on(today, kind.years) if kind.years else None)
    row = new_certificate(kind, number=number, holder=holder, content=content, issuer=issuer, term=term)
    row.case_number = case_number
    with transaction.atomic():
        further = co_holders(row, others)
        [signed] = sign_texts([row], co_holders={row.id: further})
        act = CertificateIssued(type=kind.code, identifier=row.identifier, token_sha256=signed.sha256.hex())
        write_certificate(row, signed, act, others=further, basis=basis, by=by)
    return row.id


def enter_certificate(
    *,
    type_code: str,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    term: Term,
    by: Actor,
    others: Sequence[Holder] = (),
) -> UUID:
    """Enter a certificate that the officer's agency issued on paper before (存量证照), with its own days; returns its id.

    It is signed today and says when it was issued; its entry says that it was entered.

    Raises:
        NotAllowed: not an approver of an agency that issues this type, or another system is the record of it.
        BadInput: a field is missing, the days do not fit each other, or the issue lies ahead.
        Conflict: a certificate with this number is there already.
    """
    kind = CertificateType.objects.get(pk=type_code)
    check_own(kind.code, title=kind.title, does="补录")
    check_issuer(by, issuers=kind.issuers, title=kind.title)
    check_term(term.issued_on, term.valid_from, term.valid_to, today=clock.today())
    row = new_certificate(kind, number=number, holder=holder, content=content, issuer=by.agency, term=term)
    with transaction.atomic():
        if Certificate.objects.filter(type=kind, number=number).exclude(status="replaced").exists():
            raise Conflict(
                say("编号为 {number} 的「{title}」已经在证照库里了。", number=number, title=kind.title)
            )
        further = co_holders(row, others)
        [signed] = sign_texts([row], co_holders={row.id: further})
        act = CertificateEntered(type=kind.code, identifier=row.identifier, token_sha256=signed.sha256.hex())
        basis = str(Cite.model_validate(kind.cite))
        write_certificate(row, signed, act, others=further, basis=basis, by=by, effective_on=term.issued_on)
    return row.id


def new_certificate(
    kind: CertificateType,
    *,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    issuer: str,
    term: Term,
) -> Certificate:
    """The row of a new certificate under the newest edition of its type, not signed yet.

    Raises:
        NotAllowed: another system is the record of the type.
        BadInput: a field of the type is missing in `content`.
        Misconfigured: the issuing agency has no key.
    """
    check_own(kind.code, title=kind.title, does="签发")
    if missing := [field["title"] for field in kind.fields if not content.get(field["name"])]:
        raise BadInput(say("「{title}」还缺：{missing}。", title=kind.title, missing="、".join(missing)))
    if not custody().has(issuer_key_name(issuer)):
        raise Misconfigured(
            f"The agency {issuer} has no key to issue certificates with; activate its pack again."
        )
    edition = newest_editions([kind.code])[kind.code].number
    agency = get_agency(issuer)
    return certificate_row(
        kind, number=number, holder=holder, content=content, agency=agency, term=term, edition=edition
    )


def certificate_row(
    kind: CertificateType,
    *,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    agency: AgencyView,
    term: Term,
    edition: int,
) -> Certificate:
    """The row of a new certificate under an edition of its type; asks the database nothing.

    Raises:
        BadInput: nobody may open it.
    """
    if holder.owner is None:
        raise BadInput(say("「{title}」要有一个能打开它的持证人。", title=kind.title), field="holder")
    return Certificate(
        id=uuid7(),
        identifier=make_identifier(
            type_code=kind.type_code, issuer=agency.uscc, serial=_serial(term.issued_on)
        ),
        type=kind,
        edition=edition,
        number=number,
        holder_name=holder.name,
        holder_number=holder.number,
        owner=holder.owner,
        issuer=agency.code,
        issued_on=term.issued_on,
        valid_from=term.valid_from,
        valid_to=term.valid_to,
        content={field["name"]: content[field["name"]] for field in kind.fields},
        check_code=new_code(CHECK_CODE_LENGTH),
    )


def co_holders(row: Certificate, others: Sequence[Holder]) -> list[FurtherHolder]:
    """The rows of further holders."""
    return [
        FurtherHolder(certificate=row, ordinal=ordinal, name=one.name, number=one.number, owner=one.owner)
        for ordinal, one in enumerate(others, 2)
    ]


def write_certificate(
    row: Certificate,
    signed: Signed,
    act: Act,
    *,
    others: Sequence[FurtherHolder],
    basis: str,
    by: Actor,
    effective_on: date | None = None,
) -> None:
    """Journal a new certificate and store it with its text; part of the act that issues it."""
    said = {"number": row.number, "title": row.type.title}
    owners = [row.owner, *(one.owner for one in others if one.owner)]
    row.sd_jwt = signed.text
    row.entry = record(
        act,
        on=Subject("certificate", str(row.id), 1),
        by=by,
        basis=basis,
        case_number=row.case_number,
        private=dict.fromkeys(owners, said),
        effective_on=effective_on,
    )
    row.save(force_insert=True)
    FurtherHolder.objects.bulk_create(others)


def _serial(today: date) -> str:
    return f"{today:%Y%m%d}{new_code(8)}"


def years_on(day: date, years: int) -> date:
    """The last day of a validity of full years: the day before the same day, and 28 February for 29 February."""
    try:
        after = day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
    return date.fromordinal(after.toordinal() - 1)
