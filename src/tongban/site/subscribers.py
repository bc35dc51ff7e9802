"""Which subscribers this installation has: what people are told when something happens in their affairs."""

from collections.abc import Sequence
from uuid import UUID

from tongban.cases.kinds import TOLD as FORMALITIES_TOLD
from tongban.certificates.api import QUEUED, follow_merger, follow_revocation, queue_upward
from tongban.exchange.api import Above, count_flows, count_use, pass_on, told_of
from tongban.exchange.kinds import (
    TELLING,
    Answered,
    CorrectionAnswered,
    CorrectionPassedOn,
    GrantResumed,
    GrantStopped,
    GrantSuspended,
)
from tongban.identity.kinds import PeopleMerged
from tongban.journal.api import Delivery, note_digests, subscribe, subscribe_together
from tongban.journal.kinds import Erased
from tongban.notices.api import forget, tell, tell_agencies
from tongban.participation.api import RATING_KINDS, RATING_SUBSCRIBER, follow_rating
from tongban.participation.kinds import TELLING as ORDERS
from tongban.supervision.api import SUBSCRIBER, follow, followed_kinds
from tongban.supervision.kinds import TELLING as SUPERVISING

#: What somebody else, or the law itself, did in a person's affairs. What she did herself she need not be told.
TOLD = (
    "application.told-once.v1",
    "case.accepted.v1",
    "case.deemed-accepted.v1",
    "case.deemed-renewed.v1",
    "case.not-accepted.v1",
    "case.defect-found.v1",
    "case.rectification-confirmed.v1",
    "case.paused.v1",
    "case.resumed.v1",
    "case.decided.v1",
    *FORMALITIES_TOLD,
    # Somebody else may have fetched it.
    "original.returned.v1",
    # A clerk may have gone on with a draft that she had begun at home.
    "application.begun-at-window.v1",
    "rating.contacted.v1",
    "rating.answered.v1",
    "certificate.issued.v1",
    "certificate.suspended.v1",
    "certificate.reinstated.v1",
    "certificate.revoked.v1",
    "certificate.cancelled.v1",
    "certificate.resealed.v1",
    "certificate.read.v1",
    # As with an account: a certificate that went into a wallet may not be of her doing.
    "certificate.wallet-issued.v1",
    "objection.answered.v1",
    "erasure.refused.v1",
    # Of her account she is told what she did as well: it may not have been her.
    "sign-in-method.added.v1",
    "sign-in-method.removed.v1",
    "recovery-code.used.v1",
    "screening.told.v1",
    "people.merged.v1",
    "order.dispatched.v1",
    "order.answered.v1",
    "order.closed.v1",
)

#: What an agency is told: what its partner did about a request, a grant or a dispute.
TOLD_AGENCIES = (
    "case.nudged.v1",
    *TELLING,
    *SUPERVISING,
    *ORDERS,
    GrantStopped.kind,
    GrantSuspended.kind,
    GrantResumed.kind,
    CorrectionPassedOn.kind,
)

#: Acts that name a file by its SHA-256.
NAMING_FILES = (
    "certificate.issued.v1",
    "certificate.resealed.v1",
    "certificate.wallet-issued.v1",
    "items.imported.v1",
)

#: What moves between government and the public, and what changes a source, journalled above the exchange.
ABOVE = Above(
    from_public={"case.accepted.v1": "handed-in"},
    to_public={
        "case.decided.v1": "decided",
        "case.deemed-renewed.v1": "decided",
        "certificate.issued.v1": "issued",
    },
    sources={
        "register.loaded.v1": ("register", "updated_at"),
        "register.paused.v1": ("register", "stopped_at"),
        "register.resumed.v1": ("register", "resumed_at"),
    },
)


def install() -> None:
    """Register the subscribers; the worker runs them."""
    subscribe("digests", kinds=NAMING_FILES, effect=note_digests)
    subscribe("resealing", kinds=("key.revoked.v1",), effect=follow_revocation)
    subscribe("notices", kinds=(*TOLD, Erased.kind), effect=_notices)
    subscribe("agency-notices", kinds=TOLD_AGENCIES, effect=_agency_notices)
    subscribe("corrections", kinds=(CorrectionAnswered.kind,), effect=pass_on)
    subscribe_together("grant-use", kinds=(Answered.kind,), effect=_grant_use)
    subscribe(RATING_SUBSCRIBER, kinds=RATING_KINDS, effect=follow_rating)
    subscribe_together(SUBSCRIBER, kinds=followed_kinds(), effect=follow)
    subscribe("mergers", kinds=(PeopleMerged.kind,), effect=follow_merger)
    subscribe_together("upward", kinds=tuple(QUEUED), effect=queue_upward)
    subscribe_together("flows", kinds=ABOVE.kinds(), effect=lambda few: count_flows(few, ABOVE))


def _notices(delivery: Delivery) -> None:
    if delivery.entry.kind != Erased.kind:
        tell(delivery.entry, delivery.subjects)
        return
    parts = delivery.entry.content["parts"]
    assert isinstance(parts, list)
    named = [str(one).partition("/") for one in parts]
    forget([(UUID(entry), int(ordinal)) for entry, _slash, ordinal in named])


def _grant_use(deliveries: Sequence[Delivery]) -> None:
    count_use(one.entry for one in deliveries)


def _agency_notices(delivery: Delivery) -> None:
    tell_agencies(delivery.entry, told_of(delivery.entry))
