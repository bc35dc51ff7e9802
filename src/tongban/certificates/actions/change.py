"""What becomes of a certificate after it was issued: suspended, reinstated, revoked, cancelled, each on a legal ground."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from tongban.certificates.kinds import (
    CertificateCancelled,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSuspended,
    CertificateViewed,
)
from tongban.certificates.models import STATUSES, Certificate, CertificateChange, CertificateGround
from tongban.certificates.policy import check_change, check_words
from tongban.certificates.queries import CertificateView, issued_certificate
from tongban.clocks.api import limit_of
from tongban.identity.api import get_agency
from tongban.journal.api import Actor, Subject, bump, has_recent, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.kernel.ids import uuid7
from tongban.packs.ports import Cite

_REVIEW_LIMIT = "administrative-review"
_KINDS = {
    "suspend": CertificateSuspended,
    "reinstate": CertificateReinstated,
    "revoke": CertificateRevoked,
    "cancel": CertificateCancelled,
}


def change_certificate(
    *, certificate: UUID, change: str, ground: str, words: str, seen: int | None, by: Actor
) -> None:
    """`suspend`, `reinstate`, `revoke` or `cancel` a certificate on a ground that the packs cite; `words` are the reasons.

    The holder sees ground, reasons and remedies; whoever checks the certificate sees the new status at once.

    Raises:
        NotFound: there is none.
        NotAllowed: not an approver of the agency that issued it.
        BadInput: no such change, no ground of this change, no reasons.
        Conflict: the status does not allow it.
        StaleObject: somebody acted since `seen`.
    """
    text = check_words(words)
    with transaction.atomic():
        row = Certificate.objects.select_related("type").filter(pk=certificate).first()
        if row is None:
            raise NotFound("没有这份证照。")
        version = bump(Certificate, certificate, seen=seen)
        row.refresh_from_db()
        status = row.status_on(clock.today())
        leads = check_change(change, status=status, status_words=STATUSES[status], issuer=row.issuer, by=by)
        chosen = CertificateGround.objects.filter(pk=ground, change=change).first()
        if chosen is None:
            raise BadInput("请从列出的法定情形里选一个。", field="ground")
        cite = Cite.model_validate(chosen.cite)
        Certificate.objects.filter(pk=certificate).update(status=leads)
        entry = record(
            _KINDS[change](identifier=row.identifier, ground=chosen.code),
            on=Subject("certificate", str(certificate), version),
            by=by,
            basis=str(cite),
            case_number=row.case_number,
            private={row.owner: {"number": row.number, "title": row.type.title, "words": text}},
        )
        agency = get_agency(row.issuer)
        CertificateChange.objects.create(
            id=uuid7(),
            certificate=row,
            change=change,
            ground=chosen.title,
            basis=str(cite),
            verified=bool(cite.verified_by),
            words=text,
            decided_on=clock.today(),
            officer=by.key,
            review_body=agency.reviewed_by,
            review_until=_review_until(clock.today()),
            entry=entry,
        )


def open_certificate(certificate: UUID, *, by: Actor) -> CertificateView:
    """A certificate for an officer of the agency that issued it; journalled once an hour.

    Raises:
        NotFound: there is none, or another agency issued it; told alike.
    """
    row = issued_certificate(certificate, issuer=by.agency if by.kind == "officer" else "")
    on = Subject("certificate", str(certificate), row.version)
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if not has_recent(kind=CertificateViewed.kind, on=str(on), actor=f"officer:{by.key}", since=hour):
        with transaction.atomic():
            record(
                CertificateViewed(identifier=row.identifier),
                on=on,
                by=by,
                purpose="证照管理",
                case_number=row.case_number,
                private={row.owner: {"title": row.title, "items": [row.title]}},
            )
    return row


def _review_until(day: date) -> date:
    return day + timedelta(days=limit_of(_REVIEW_LIMIT, on=day).amount)
