"""Issuing a certificate in the transaction of the decision that grants it; entering one that stood on paper before."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.certificates.identifier import make_identifier
from tongban.certificates.issuer import issuer_address, issuer_key_name
from tongban.certificates.kinds import CertificateEntered, CertificateIssued
from tongban.certificates.models import Certificate, CertificateType
from tongban.certificates.policy import check_issuer, check_term
from tongban.certificates.sdjwt import make_sd_jwt
from tongban.identity.api import AgencyView, get_agency
from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, Misconfigured
from tongban.kernel.ids import new_code, uuid7
from tongban.kernel.sentences import say
from tongban.keys.api import current_key, custody
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
    """Whom a certificate names, and the person who may open it."""

    name: str
    number: str
    owner: UUID


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
) -> UUID:
    """Issue a certificate of the type `type_code` (our code); returns its id.

    Raises:
        BadInput: a field of the type is missing in `content`.
        Misconfigured: the issuing agency has no key.
    """
    kind = CertificateType.objects.get(pk=type_code)
    today = clock.today()
    term = Term(today, today, _years_on(today, kind.years) if kind.years else None)
    row = _made(kind, number=number, holder=holder, content=content, issuer=issuer, term=term)
    row.case_number = case_number
    with transaction.atomic():
        act = CertificateIssued(type=kind.code, identifier=row.identifier, token_sha256=_digest(row))
        _write(row, act, basis=basis, by=by)
    return row.id


def enter_certificate(
    *, type_code: str, number: str, holder: Holder, content: Mapping[str, str], term: Term, by: Actor
) -> UUID:
    """Enter a certificate that the officer's agency issued on paper before (存量证照), with its own days; returns its id.

    It is signed today and says when it was issued; its entry says that it was entered.

    Raises:
        NotAllowed: not an approver of an agency that issues this type.
        BadInput: a field is missing, the days do not fit each other, or the issue lies ahead.
        Conflict: a certificate with this number is there already.
    """
    kind = CertificateType.objects.get(pk=type_code)
    check_issuer(by, issuers=kind.issuers, title=kind.title)
    check_term(term.issued_on, term.valid_from, term.valid_to, today=clock.today())
    row = _made(kind, number=number, holder=holder, content=content, issuer=by.agency, term=term)
    with transaction.atomic():
        if Certificate.objects.filter(type=kind, number=number).exists():
            raise Conflict(
                say("编号为 {number} 的「{title}」已经在证照库里了。", number=number, title=kind.title)
            )
        act = CertificateEntered(type=kind.code, identifier=row.identifier, token_sha256=_digest(row))
        _write(row, act, basis=str(Cite.model_validate(kind.cite)), by=by, effective_on=term.issued_on)
    return row.id


def _made(
    kind: CertificateType,
    *,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    issuer: str,
    term: Term,
) -> Certificate:
    """The row of a new certificate, signed."""
    if missing := [field["title"] for field in kind.fields if not content.get(field["name"])]:
        raise BadInput(say("「{title}」还缺：{missing}。", title=kind.title, missing="、".join(missing)))
    if not custody().has(issuer_key_name(issuer)):
        raise Misconfigured(
            f"The agency {issuer} has no key to issue certificates with; activate its pack again."
        )
    key = current_key(issuer_key_name(issuer))
    return signed_certificate(
        kind, number=number, holder=holder, content=content, agency=get_agency(issuer), term=term, key=key
    )


def signed_certificate(
    kind: CertificateType,
    *,
    number: str,
    holder: Holder,
    content: Mapping[str, str],
    agency: AgencyView,
    term: Term,
    key: str,
) -> Certificate:
    """The row of a new certificate, signed with the key that custody holds as `key`; asks the database nothing."""
    row = Certificate(
        id=uuid7(),
        identifier=make_identifier(
            type_code=kind.type_code, issuer=agency.uscc, serial=_serial(term.issued_on)
        ),
        type=kind,
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
    row.sd_jwt = _signed(row, kind, agency.name, key)
    return row


def _write(row: Certificate, act: Act, *, basis: str, by: Actor, effective_on: date | None = None) -> None:
    row.entry = record(
        act,
        on=Subject("certificate", str(row.id), 1),
        by=by,
        basis=basis,
        case_number=row.case_number,
        private={row.owner: {"number": row.number, "title": row.type.title}},
        effective_on=effective_on,
    )
    row.save(force_insert=True)


def _digest(row: Certificate) -> str:
    return hashlib.sha256(row.sd_jwt.split("~", 1)[0].encode()).hexdigest()


def _signed(row: Certificate, kind: CertificateType, issuer_name: str, key: str) -> str:
    """`exp` is left to the shown validity: an expired licence is still a true one, and says so."""
    claims = {
        "iss": issuer_address(row.issuer),
        "vct": f"https://{settings.TONGBAN_NAME}/vct/{kind.type_code}/1",
        "identifier": row.identifier,
        "title": kind.title,
        "issuer_name": issuer_name,
        "issued_on": row.issued_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }
    disclosable = {
        "number": row.number,
        "holder_name": row.holder_name,
        "holder_number": row.holder_number,
        **row.content,
    }
    return make_sd_jwt(claims, disclosable, key_id=key, sign=lambda data: custody().sign(key, data))


def _serial(today: date) -> str:
    return f"{today:%Y%m%d}{new_code(8)}"


def _years_on(day: date, years: int) -> date:
    """The last day of a validity of full years: the day before the same day, and 28 February for 29 February."""
    try:
        after = day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
    return date.fromordinal(after.toordinal() - 1)
