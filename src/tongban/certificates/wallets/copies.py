"""What lies in wallets: noted by the wallet (VCI 11), listed for the holder, ended by either."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from tongban.certificates.statuses.places import mark
from tongban.certificates.wallets.kinds import WalletAnswered, WalletEnded
from tongban.certificates.wallets.models import WalletCopy, WalletText
from tongban.certificates.wallets.offering import digest_of
from tongban.certificates.wallets.refusals import WalletRefused
from tongban.certificates.wallets.tokens import access_of
from tongban.journal.api import Actor, Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import NotFound

ACCEPTED = "credential_accepted"
#: What a wallet tells of what it did not keep.
NOT_KEPT = ("credential_failure", "credential_deleted")


@dataclass(frozen=True)
class CopyInWallet:
    """What one answer put into a wallet, for its holder. `texts` are how many keys it is bound to.

    `entry` tells of the issue of the first text, and is the one that speaks of her.
    """

    id: UUID
    certificate: UUID
    title: str
    label: str
    issued_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    texts: int
    entry: UUID


@dataclass(frozen=True)
class TextIssue:
    """Which entry tells of the issue of a text, and since when it is ended by itself."""

    entry: UUID
    ended_at: datetime | None


def wallet_copies(certificate: UUID, *, by: Actor) -> list[CopyInWallet]:
    """In which wallets of hers a certificate lies or lay, the newest first; one query."""
    rows = WalletCopy.objects.filter(certificate=certificate)
    return _views(rows.filter(owner=by.person)) if by.person else []


def get_wallet_copy(copy: UUID, *, by: Actor) -> CopyInWallet:
    """One of them.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = _views(WalletCopy.objects.filter(pk=copy, owner=by.person)) if by.person else []
    if not found:
        raise NotFound(_NOT_YOURS)
    return found[0]


def end_wallet_copy(*, copy: UUID, by: Actor) -> None:
    """End what lies in a wallet: every check of it says invalid once the next status list is out. Cannot be undone.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    with transaction.atomic():
        if not (by.person and WalletCopy.objects.filter(pk=copy, owner=by.person).exists()):
            raise NotFound(_NOT_YOURS)
        _end(copy, by=by, who="holder")


def note_event(token: str | None, request: Mapping[str, Any]) -> None:
    """Take what a wallet tells of what it was given; the same twice is as once (VCI 11).

    Raises:
        WalletRefused: `invalid_notification_id`, `invalid_notification_request`, or the codes of RFC 6750 3.1.
    """
    access = access_of(token)
    notification, event = request.get("notification_id"), request.get("event")
    if not isinstance(notification, str) or event not in (ACCEPTED, *NOT_KEPT):
        raise WalletRefused(
            "invalid_notification_request", "notification_id and one of the three events are needed"
        )
    said = request.get("event_description", "")
    if not isinstance(said, str) or not said.isascii():
        raise WalletRefused("invalid_notification_request", "event_description must be ASCII text")
    row = WalletCopy.objects.filter(offer=access.offer_id, notification=digest_of(notification)).first()
    if row is None:
        raise WalletRefused("invalid_notification_id", "There is no such notification_id")
    with transaction.atomic():
        if event in NOT_KEPT:
            _end(row.id, by=system("wallets"), who="wallet")
        else:
            _accept(row.id)


def live_texts(certificate: UUID) -> list[UUID]:
    """What stands in status lists for a certificate's texts in wallets, but for those that were ended by themselves."""
    rows = WalletText.objects.filter(copy__certificate=certificate, copy__ended_at=None)
    return list(rows.order_by("id").values_list("id", flat=True))


def issue_of_text(sha256: str) -> TextIssue | None:
    """The issue of a text in a wallet by the SHA-256 of its token (in hexadecimal); None if it is none of ours."""
    row = WalletText.objects.select_related("copy").filter(sha256=bytes.fromhex(sha256)).first()
    return TextIssue(row.entry, row.copy.ended_at) if row else None


_NOT_YOURS = "没有找到这份钱包里的证照，或者它不属于您。"


def _accept(copy: UUID) -> None:
    version = bump(WalletCopy, copy)
    row = WalletCopy.objects.select_related("certificate__type").get(pk=copy)
    if row.accepted_at or row.ended_at:
        return
    record(
        WalletAnswered(identifier=row.certificate.identifier),
        on=Subject("wallet-copy", str(copy), version),
        by=system("wallets"),
        private={row.owner: {"title": row.certificate.type.title}},
    )
    WalletCopy.objects.filter(pk=copy).update(accepted_at=clock.now())


def _end(copy: UUID, *, by: Actor, who: str) -> None:
    version = bump(WalletCopy, copy)
    row = WalletCopy.objects.select_related("certificate__type").get(pk=copy)
    if row.ended_at:
        return
    record(
        WalletEnded(identifier=row.certificate.identifier, by=who),
        on=Subject("wallet-copy", str(copy), version),
        by=by,
        private={row.owner: {"title": row.certificate.type.title}},
    )
    WalletCopy.objects.filter(pk=copy).update(ended_at=clock.now(), ended_by=who)
    mark(list(row.texts.order_by("id").values_list("id", flat=True)), "revoked")


def _views(rows: "QuerySet[WalletCopy]") -> list[CopyInWallet]:
    first = WalletText.objects.filter(copy=OuterRef("pk")).order_by("id").values("entry")[:1]
    found = rows.select_related("offer", "certificate__type").annotate(
        held=Count("texts"), entry=Subquery(first)
    )
    return [
        CopyInWallet(
            id=row.id,
            certificate=row.certificate_id,
            title=row.certificate.type.title,
            label=row.offer.label,
            issued_at=row.issued_at,
            accepted_at=row.accepted_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            texts=row.held,
            entry=row.entry,
        )
        for row in found.order_by("-id")
    ]
