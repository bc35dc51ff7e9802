"""Handing a key over, and taking one back by two people: one orders it, another carries it out or sends it back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.ids import uuid7
from tongban.keys.actions import revoke_key, rotate_key
from tongban.keys.generation import KeyGeneration
from tongban.keys.kinds import RevocationOrdered, RevocationReturned
from tongban.keys.models import KeyOrder
from tongban.keys.policy import check_confirms, check_guard, check_hand_over, check_revocation
from tongban.keys.queries import MOMENT, key_generations


@dataclass(frozen=True)
class OrderView:
    """An order to revoke a key. `since` is real time; `state`: ordered, done, returned; people by their numbers."""

    id: UUID
    name: str
    number: int
    since: datetime
    reason: str
    state: str
    ordered_by: str
    ordered_at: datetime
    decided_by: str
    decided_at: datetime | None
    version: int


def hand_over(name: str, *, overlap: timedelta | None, by: Actor) -> KeyGeneration:
    """Make a new key under `name`; the old one signs beside it for `overlap`. By a security officer.

    Raises:
        NotAllowed: somebody else.
        NotFound: there is no such key.
        BadInput: no number of days.
        Conflict: the last hand-over is not over yet.
    """
    check_guard(by)
    return rotate_key(name, overlap=check_hand_over(_known(name), overlap, now=clock.real_now()), by=by)


def order_revocation(name: str, *, number: int, since: datetime | None, reason: str, by: Actor) -> UUID:
    """Ask that a key be revoked since a moment (real time); it signs on until a second person carries it out.

    Raises:
        NotAllowed: not a security officer.
        NotFound: there is no such key.
        BadInput: no moment that has passed, no reason.
        Conflict: it is revoked, or an order waits already.
    """
    check_guard(by)
    now, words = clock.real_now(), reason.strip()
    chosen = next((key for key in _known(name) if key.number == number), None)
    moment = check_revocation(chosen, since, words, now=now)
    row = KeyOrder(
        id=uuid7(),
        name=name,
        number=number,
        since=moment,
        reason=words,
        ordered_by=by.key,
        ordered_at=clock.now(),
    )
    act = RevocationOrdered(
        name=name, number=number, since=f"{moment.astimezone(UTC):{MOMENT}}", reason=words
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(act, on=Subject("key-order", str(row.pk), 1), by=by)
    except IntegrityError as error:
        raise Conflict("这把密钥已经有一份吊销在等复核。") from error
    return row.pk


def decide_revocation(order: UUID, *, agreed: bool, seen: int | None, by: Actor) -> None:
    """Carry an order out, or send it back. A key that is the newest is handed over at once first, so that signing goes on.

    Raises:
        NotFound: there is none.
        NotAllowed: not an auditor, or the one who ordered it.
        Conflict: it was decided already.
        StaleObject: somebody acted since `seen`.
    """
    with transaction.atomic():
        row = KeyOrder.objects.filter(pk=order).first()
        if row is None:
            raise NotFound("没有这份吊销。")
        check_confirms(by, ordered_by=row.ordered_by)
        version = bump(KeyOrder, order, seen=seen)
        row.refresh_from_db()
        if row.state != "ordered":
            raise Conflict("这份吊销已经复核过了。")
        KeyOrder.objects.filter(pk=order).update(
            state="done" if agreed else "returned", decided_by=by.key, decided_at=clock.now()
        )
        if not agreed:
            act = RevocationReturned(name=row.name, number=row.number)
            record(act, on=Subject("key-order", str(order), version), by=by)
            return
        if _known(row.name)[-1].number == row.number:
            rotate_key(row.name, overlap=timedelta(0), by=by)
        revoke_key(row.name, number=row.number, since=row.since, reason=row.reason, by=by)


def key_orders(name: str = "", *, limit: int = 100) -> list[OrderView]:
    """Orders to revoke keys, newest first; those of one name where it is given."""
    rows = KeyOrder.objects.order_by("-id")
    return [_view(row) for row in (rows.filter(name=name) if name else rows)[:limit]]


def _known(name: str) -> list[KeyGeneration]:
    known = key_generations(name)
    if not known:
        raise NotFound("没有这个名字的密钥。")
    return known


def _view(row: KeyOrder) -> OrderView:
    return OrderView(
        row.id, row.name, row.number, row.since, row.reason, row.state, row.ordered_by, row.ordered_at,
        row.decided_by, row.decided_at, row.version,
    )  # fmt: skip
