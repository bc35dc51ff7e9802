"""Numbers asked for though they are not of the case: kept for an hour as keyed digests, so that runs of them are found."""

from datetime import timedelta
from uuid import UUID

from tongban.exchange.metering.models import Tried
from tongban.kernel import clock
from tongban.keys.api import keyed_digest

KEPT = timedelta(hours=1)
#: An identity number: area and birthday, three digits in sequence, a check digit. Firms' codes end alike.
_SEQUENCE = 3


def note_tried(subsystem: str, number: str, *, entry: UUID) -> None:
    """Remember, in the transaction of the refusal `entry`, that a stranger's number was asked for."""
    body = number[:-1]
    start, order = body[:-_SEQUENCE], body[-_SEQUENCE:]
    is_run = order.isascii() and order.isdigit()
    following = f"{start}{(int(order) + 1) % 10**_SEQUENCE:0{_SEQUENCE}d}" if is_run else "nothing"
    Tried.objects.create(
        subsystem=subsystem,
        tried_at=clock.real_now(),
        prefix=_digest("prefix", start),
        number=_digest("number", body),
        following=_digest("number", following),
        entry=entry,
    )


def forget_tried() -> None:
    """Destroy what is older than an hour."""
    Tried.objects.filter(tried_at__lt=clock.real_now() - KEPT).delete()


def _digest(what: str, text: str) -> bytes:
    return keyed_digest(f"exchange.tried:{what}:{text}".encode())
