"""How the acts on an order reach the journal: on its round, what people said only in the asker's own part."""

from collections.abc import Mapping
from datetime import datetime

from tongban.journal.api import Act, Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.sentences import say
from tongban.participation.models import Order


def order_number(number: int, received_at: datetime) -> str:
    """What an order is called."""
    return str(say("工单〔{year}〕{number:06}", year=clock.local(received_at).year, number=number))


def note_order(
    act: Act,
    order: Order,
    *,
    version: int,
    by: Actor,
    said: Mapping[str, Json] | None = None,
    occurred_at: datetime | None = None,
) -> None:
    """Journal an act on the order's present round; `said` goes into the asker's part, or nowhere if nobody knows her."""
    private = {order.asker: {"number": order_number(order.pk, order.received_at), **dict(said or {})}}
    record(
        act,
        on=Subject("order", f"{order.pk}/{order.round}", version),
        by=by,
        private=private if order.asker else None,  # type: ignore[arg-type]
        occurred_at=occurred_at,
    )


def moment_words(moment: datetime) -> str:
    """A moment as an entry states it, with its offset."""
    return clock.local(moment).isoformat(timespec="seconds")
