"""A certificate in the place of another: renewed, changed or given anew, with a link to the previous one."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.certificates.actions.change import chosen_ground, write_change
from tongban.certificates.actions.issue import (
    Holder,
    Term,
    co_holders,
    new_certificate,
    write_certificate,
    years_on,
)
from tongban.certificates.identifier import next_version
from tongban.certificates.kinds import CertificateIssued, CertificateReplaced
from tongban.certificates.mirroring.queries import refuse_above
from tongban.certificates.models import STATUSES, Certificate, CertificateGround
from tongban.certificates.policy import check_change, check_status, check_term, check_words, word_of
from tongban.certificates.signing.texts import sign_texts
from tongban.journal.api import Actor, bump
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.packs.ports import Cite


def replace_certificate(
    *,
    certificate: UUID,
    ground: str,
    words: str,
    term: Term,
    seen: int | None,
    by: Actor,
    content: Mapping[str, str] | None = None,
) -> UUID:
    """Issue a certificate in the place of this one, by an officer's own act.

    It has the same number and holders and the next version of the identifier.

    `content`: fields that differ from before. The old one stands as replaced from this act on. Returns the new id.

    Raises:
        NotFound: there is none.
        NotAllowed: not an approver of the agency that issued it.
        BadInput: no ground of a replacement, no reasons, days that do not fit, a field missing.
        Conflict: the status does not allow it.
        StaleObject: somebody acted since `seen`.
    """
    text = check_words(words)
    with transaction.atomic():
        old = Certificate.objects.select_related("type").filter(pk=certificate).first()
        if old is None:
            refuse_above(certificate, does=word_of("replace"))
            raise NotFound("没有这份证照。")
        version = bump(Certificate, certificate, seen=seen)
        old.refresh_from_db()
        status = old.status_on(clock.today())
        check_change("replace", status=status, status_words=STATUSES[status], issuer=old.issuer, by=by)
        check_term(term.issued_on, term.valid_from, term.valid_to, today=clock.today())
        return _take_its_place(
            old,
            version=version,
            ground=chosen_ground(ground, change="replace"),
            words=text,
            term=term,
            by=by,
            content=content,
        )


def renew_certificate(
    *, certificate: UUID, content: Mapping[str, str], case_number: str, begins_on: date, words: str, by: Actor
) -> UUID:
    """Give a certificate a new term from `begins_on`, as a case decided it or the law did; returns the new id.

    Part of the transaction of whoever decides, who has checked who may.

    Raises:
        Conflict: the status of the old one does not allow it.
    """
    with transaction.atomic():
        version = bump(Certificate, certificate)
        old = Certificate.objects.select_related("type").get(pk=certificate)
        status = old.status_on(clock.today())
        check_status("replace", status=status, status_words=STATUSES[status])
        years = old.type.years
        term = Term(clock.today(), begins_on, years_on(begins_on, years) if years else None)
        ground = chosen_ground("replace-renewed", change="replace")
        return _take_its_place(
            old,
            version=version,
            ground=ground,
            words=words,
            term=term,
            by=by,
            content=content,
            case_number=case_number,
        )


def _take_its_place(
    old: Certificate,
    *,
    version: int,
    ground: CertificateGround,
    words: str,
    term: Term,
    by: Actor,
    content: Mapping[str, str] | None,
    case_number: str = "",
) -> UUID:
    row = new_certificate(
        old.type,
        number=old.number,
        holder=Holder(old.holder_name, old.holder_number, old.owner),
        content={**old.content, **(content or {})},
        issuer=old.issuer,
        term=term,
    )
    row.identifier, row.previous, row.case_number = next_version(old.identifier), old, case_number
    act = CertificateReplaced(identifier=old.identifier, ground=ground.code, by=row.identifier)
    write_change(old, act, leads="replaced", ground=ground, words=words, version=version, by=by)
    others = co_holders(
        row, [Holder(one.name, one.number, one.owner) for one in old.co_holders.order_by("ordinal")]
    )
    [signed] = sign_texts([row], co_holders={row.id: others})
    issued = CertificateIssued(type=row.type_id, identifier=row.identifier, token_sha256=signed.sha256.hex())
    basis = str(Cite.model_validate(ground.cite))
    write_certificate(row, signed, issued, others=others, basis=basis, by=by)
    return row.id
