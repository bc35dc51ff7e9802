"""What becomes of a certificate after it was issued: suspended, revoked, transferred and so on, each on a legal ground."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from tongban.certificates.kinds import (
    CertificateCancelled,
    CertificateReinstated,
    CertificateRevoked,
    CertificateSuspended,
    CertificateTransferred,
    CertificateViewed,
)
from tongban.certificates.mirroring.queries import refuse_above
from tongban.certificates.mirroring.standings import check_own
from tongban.certificates.models import STATUSES, Certificate, CertificateChange, CertificateGround
from tongban.certificates.policy import check_change, check_words, word_of
from tongban.certificates.queries import CertificateView, issued_certificate
from tongban.certificates.statuses.places import mark
from tongban.certificates.wallets.copies import live_texts
from tongban.clocks.api import limit_of
from tongban.identity.api import get_agency
from tongban.journal.api import Act, Actor, Subject, bump, has_recent, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.errors import BadInput, NotFound
from tongban.kernel.ids import uuid7
from tongban.packs.ports import Cite

_REVIEW_LIMIT = "administrative-review"
_KINDS = {
    "suspend": CertificateSuspended,
    "reinstate": CertificateReinstated,
    "revoke": CertificateRevoked,
    "cancel": CertificateCancelled,
    "transfer": CertificateTransferred,
}


def change_certificate(
    *, certificate: UUID, change: str, ground: str, words: str, seen: int | None, by: Actor
) -> None:
    """`suspend`, `reinstate`, `revoke`, `cancel` or `transfer` a certificate on a ground that the packs cite.

    `words` are the reasons. The holder sees ground, reasons and remedies; whoever checks the certificate here sees the
    new status at once, whoever reads its status list when the next edition is out.

    Raises:
        NotFound: there is none.
        NotAllowed: not an approver of the agency that issued it, or another system is the record of it.
        BadInput: no such change, no ground of this change, no reasons.
        Conflict: the status does not allow it.
        StaleObject: somebody acted since `seen`.
    """
    text = check_words(words)
    with transaction.atomic():
        row = Certificate.objects.select_related("type").filter(pk=certificate).first()
        if row is None:
            refuse_above(certificate, does=word_of(change))
            raise NotFound("没有这份证照。")
        check_own(row.type_id, title=row.type.title, does=word_of(change))
        version = bump(Certificate, certificate, seen=seen)
        row.refresh_from_db()
        status = row.status_on(clock.today())
        leads = check_change(change, status=status, status_words=STATUSES[status], issuer=row.issuer, by=by)
        chosen = chosen_ground(ground, change=change)
        if change not in _KINDS:
            raise BadInput("换发要同时签发新证，请从「换发」办理。", field="change")
        act = _KINDS[change](identifier=row.identifier, ground=chosen.code)
        write_change(row, act, leads=leads, ground=chosen, words=text, version=version, by=by)


def chosen_ground(code: str, *, change: str) -> CertificateGround:
    """The ground that an officer chose.

    Raises:
        BadInput: there is no such ground of this change.
    """
    chosen = CertificateGround.objects.filter(pk=code, change=change).first()
    if chosen is None:
        raise BadInput("请从列出的法定情形里选一个。", field="ground")
    return chosen


def write_change(
    row: Certificate, act: Act, *, leads: str, ground: CertificateGround, words: str, version: int, by: Actor
) -> None:
    """Give a certificate its new status, in its row and in its lists, and keep ground, reasons and remedies."""
    cite = Cite.model_validate(ground.cite)
    Certificate.objects.filter(pk=row.pk).update(status=leads)
    mark([row.id, *live_texts(row.id)], leads)
    entry = record(
        act,
        on=Subject("certificate", str(row.id), version),
        by=by,
        basis=str(cite),
        case_number=row.case_number,
        private=parts_of(row, words=words),
    )
    CertificateChange.objects.create(
        id=uuid7(),
        certificate=row,
        change=ground.change,
        ground=ground.title,
        basis=str(cite),
        verified=bool(cite.verified_by),
        words=words,
        decided_on=clock.today(),
        officer=by.key,
        review_body=get_agency(row.issuer).reviewed_by,
        review_until=_review_until(clock.today()),
        entry=entry,
    )


def parts_of(row: Certificate, **said: Json) -> dict[UUID, dict[str, Json]]:
    """What an entry says of each holder who may open the certificate."""
    others = row.co_holders.exclude(owner=None).values_list("owner", flat=True)
    owners = [row.owner, *(owner for owner in others if owner)]
    return {owner: {"number": row.number, "title": row.type.title, **said} for owner in owners}


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
