"""How a certificate was used, for its holder: shown, shared, opened by officers, read through the exchange."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tongban.catalogue.api import get_resources
from tongban.certificates.kinds import CertificateViewed
from tongban.certificates.presenting.models import Presentation
from tongban.certificates.queries import CertificateView, get_certificate
from tongban.certificates.sharing.models import CertificateCopy, CertificateShare
from tongban.certificates.showing.models import ShownCode
from tongban.certificates.wallets.copies import wallet_copies
from tongban.exchange.api import bound_resources
from tongban.exchange.kinds import Answered
from tongban.identity.api import get_agencies
from tongban.journal.api import Actor, Trace, footprint, timeline

Way = Literal[
    "shown",
    "given",
    "revoked",
    "opened",
    "copied",
    "viewed",
    "read",
    "presented",
    "wallet",
    "wallet-ended",
]


@dataclass(frozen=True)
class Use:
    """One use. `who` is as the holder, the reader or the journal named it; `share`, `copy`, `wallet` lead to their pages."""

    at: datetime
    way: Way
    who: str = ""
    cause: str = ""
    items: tuple[str, ...] = ()
    count: int = 0
    case_number: str = ""
    share: UUID | None = None
    copy: UUID | None = None
    wallet: UUID | None = None


def uses_of(certificate: UUID, *, by: Actor, limit: int = 100) -> tuple[CertificateView, list[Use]]:
    """A certificate with its uses, newest first, for its holder.

    A reading through the exchange names a resource, not one certificate: where somebody holds several of a type,
    readings of that type stand at each of them.

    Raises:
        NotFound: there is no such certificate, or it is somebody else's.
    """
    view = get_certificate(certificate, by=by)
    found = [*_shown(view, limit), *_shared(view, limit), *_opened(view, limit), *_read(view, limit)]
    found += [*_presented(view, limit), *_in_wallets(view, by, limit)]
    return view, sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _shown(view: CertificateView, limit: int) -> Iterator[Use]:
    rows = ShownCode.objects.filter(certificate=view.id, checks__gt=0).order_by("-id")[:limit]
    for row in rows:
        if row.checked_at:
            yield Use(row.checked_at, "shown", count=row.checks)


def _shared(view: CertificateView, limit: int) -> Iterator[Use]:
    for row in CertificateShare.objects.filter(certificate=view.id, owner=view.owner).order_by("-id")[:limit]:
        yield Use(row.given_at, "given", who=row.receiver, cause=row.cause, share=row.id)
        if row.revoked_at:
            yield Use(row.revoked_at, "revoked", who=row.receiver, share=row.id)


def _opened(view: CertificateView, limit: int) -> Iterator[Use]:
    for row in CertificateCopy.objects.filter(certificate=view.id, owner=view.owner).order_by("-id")[:limit]:
        yield Use(
            row.made_at,
            "opened" if row.share_id else "copied",
            who=row.reader,
            cause=row.cause,
            items=tuple(str(title) for title, _value in row.lines),
            case_number=row.case_number,
            copy=row.id,
        )


def _presented(view: CertificateView, limit: int) -> Iterator[Use]:
    """What was shown from a wallet for cases."""
    rows = Presentation.objects.filter(certificate=view.id, state="kept").order_by("-id")[:limit]
    resources = get_resources({row.resource for row in rows})
    names = get_agencies({row.agency for row in rows}) if rows else {}
    for row in rows:
        assert row.answered_at
        yield Use(
            row.answered_at,
            "presented",
            who=names[row.agency].name,
            cause=row.purpose,
            items=tuple(resources[row.resource].item_names(row.items)),
            case_number=row.case_number,
        )


def _in_wallets(view: CertificateView, by: Actor, limit: int) -> Iterator[Use]:
    """What went into the asking holder's own wallets; those of a further holder are not hers."""
    for one in wallet_copies(view.id, by=by)[:limit]:
        yield Use(one.issued_at, "wallet", who=one.label, wallet=one.id)
        if one.ended_at:
            yield Use(one.ended_at, "wallet-ended", who=one.label, wallet=one.id)


def _read(view: CertificateView, limit: int) -> Iterator[Use]:
    """Openings by the issuer's officers, and readings of resources that this type of certificate answers."""
    acts = timeline(objects=[f"certificate:{view.id}"], kinds=[CertificateViewed.kind])[-limit:]
    traces: list[Trace] = []
    for resource in bound_resources("certificates", view.type):
        traces += footprint(view.owner, kinds=[Answered.kind], resource=resource, limit=limit)
    names = get_agencies({one.agency for one in acts} | {one.act.agency for one in traces})
    for act in acts:
        who = names[act.agency].name if act.agency in names else act.agency
        yield Use(act.occurred_at, "viewed", who=who, cause=act.purpose, case_number=act.case_number)
    for trace in traces:
        who = names[trace.act.agency].name if trace.act.agency in names else trace.act.agency
        items = trace.said.get("items")
        yield Use(
            trace.act.occurred_at,
            "read",
            who=who,
            cause=trace.act.purpose,
            items=tuple(map(str, items)) if isinstance(items, list) else (),
            case_number=trace.act.case_number,
        )
