"""Subscribers: what follows from acts above the journal, in the order of positions, each act once (design 2).

A subscriber's effects and its cursor commit together. An effect that fails parks the *object* of its entry for that
subscriber: later entries of that object queue behind it, others go on. `resume` has the queue tried again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error, InterfaceError, OperationalError, connection, transaction

from tongban.journal.actions import Subject, record
from tongban.journal.actors import Actor
from tongban.journal.kinds import SubscriberResumed
from tongban.journal.queries import ENTRY_COLUMNS, EntryView, view_entry
from tongban.kernel import clock
from tongban.kernel.errors import NotFound, Problem
from tongban.kernel.ids import uuid7

BATCH = 500
#: So many times as many positions are read for a subscriber that takes them together: it writes each table once.
TOGETHER = 4
_RESUMED = SubscriberResumed.kind


@dataclass(frozen=True)
class Delivery:
    """An entry as a subscriber gets it, in its kind's newest form; `subjects` are the people it is about, by part."""

    entry: EntryView
    subjects: Mapping[int, UUID]


@dataclass(frozen=True)
class ParkedObject:
    """An object that is stopped for a subscriber: since when, why, and how many entries wait."""

    subscriber: str
    object: str
    entry: UUID
    reason: str
    parked_at: datetime
    waiting: int


Effect = Callable[[Delivery], None]
#: The effect of several entries at once, in the order of positions.
Together = Callable[[Sequence[Delivery]], None]


@dataclass(frozen=True)
class _Subscriber:
    name: str
    kinds: Collection[str]
    effect: Together
    together: bool


_subscribers: dict[str, _Subscriber] = {}


def subscribe(name: str, *, kinds: Collection[str], effect: Effect) -> None:
    """Have `effect` called for every entry of these kinds, once each, from the first position on.

    An effect only writes to the database, under natural keys, and never calls out: it runs in the cursor's transaction.
    """
    _subscribers[name] = _Subscriber(name, frozenset(kinds), lambda few: effect(few[0]), together=False)


def subscribe_together(name: str, *, kinds: Collection[str], effect: Together) -> None:
    """Like `subscribe`, for many entries a second: `effect` takes the entries of a round at once.

    Where that fails, or an object is parked, it is called for each entry alone, so that only what fails is parked.
    """
    _subscribers[name] = _Subscriber(name, frozenset(kinds), effect, together=True)


def run_subscribers(*, limit: int = BATCH) -> int:
    """One round of every subscriber; returns how many positions one of them read at most. For the worker, after the drainer."""
    read = _Read(limit)
    return max((_round(one, read) for one in list(_subscribers.values())), default=0)


def read_up_to(name: str) -> datetime | None:
    """The moment up to which a subscriber has read all that was recorded: now when nothing waits; None at the beginning."""
    rows = _rows(
        "select exists (select from journal_placed later where later.position > cursor.position)"
        " or exists (select from journal_pending), entry.recorded_at from journal_cursor cursor"
        " left join journal_placed placed on placed.position = cursor.position"
        " left join journal_entry entry on entry.id = placed.entry where cursor.subscriber = %s",
        [name],
    )
    if not rows:
        return None
    waits, last = rows[0]
    return last if waits else clock.now()


def parked_objects() -> list[ParkedObject]:
    """What is stopped, the longest first; one statement."""
    return [
        ParkedObject(*row)
        for row in _rows(
            "select first.subscriber, first.object, first.entry, first.reason, first.parked_at, (select count(*)"
            " from journal_parked queued where queued.subscriber = first.subscriber and queued.object = first.object)"
            " from journal_parked first where first.reason <> '' order by first.parked_at, first.position"
        )
    ]


def resume(*, subscriber: str, stopped_object: str, by: Actor) -> None:
    """Have what is parked tried again: an act that the subscriber reads when it comes to it.

    Raises:
        NotFound: nothing of that object is parked for that subscriber.
    """
    if not _parked(subscriber, stopped_object):
        raise NotFound("这个对象没有停放，可能刚刚已经恢复。")
    with transaction.atomic():
        act = SubscriberResumed(subscriber=subscriber, stopped_object=stopped_object)
        record(act, on=Subject("resumption", str(uuid7()), 1), by=by)


class _Read:
    """What one round has read, for all subscribers: most stand at the same position and want the same entries."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heads: dict[tuple[int, int], list[tuple[int, UUID, str, str]]] = {}
        self._places: dict[UUID, tuple[int, int]] = {}
        self._deliveries: dict[UUID, Delivery] = {}

    def heads(self, after: int, *, times: int = 1) -> list[tuple[int, UUID, str, str]]:
        """Position, entry, kind and object of what follows a position; a position that was given never changes."""
        wanted = after, self._limit * times
        if wanted not in self._heads:
            found = _rows(
                "select placed.position, placed.entry, entry.kind, entry.object, placed.log_index"
                " from journal_placed placed join journal_entry entry on entry.id = placed.entry"
                " where placed.position > %s order by placed.position limit %s",
                [*wanted],
            )
            self._heads[wanted] = [row[:4] for row in found]
            self._places |= {row[1]: (row[0], row[4]) for row in found}
        return self._heads[wanted]

    def deliveries(self, entries: Sequence[UUID]) -> dict[UUID, Delivery]:
        """The entries as subscribers get them."""
        if wanted := [entry for entry in entries if entry not in self._deliveries]:
            self._deliveries |= _deliveries(wanted, self._places)
        return self._deliveries


def _round(one: _Subscriber, read: _Read) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [f"subscriber {one.name}"])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        cursor.execute(
            "insert into journal_cursor values (%s, 0, %s) on conflict do nothing", [one.name, clock.now()]
        )
        cursor.execute("select position from journal_cursor where subscriber = %s", [one.name])
        rows = read.heads((cursor.fetchone() or [0])[0], times=TOGETHER if one.together else 1)
        if not rows:
            return 0
        _take(one, [row for row in rows if row[2] in one.kinds or row[2] == _RESUMED], read)
        cursor.execute(
            "update journal_cursor set position = %s, moved_at = %s where subscriber = %s",
            [rows[-1][0], clock.now(), one.name],
        )
    return len(rows)


def _take(one: _Subscriber, rows: Sequence[tuple[int, UUID, str, str]], read: _Read) -> None:
    if not rows:
        return
    deliveries = read.deliveries([row[1] for row in rows])
    stopped = {
        row[0]
        for row in _rows("select distinct object from journal_parked where subscriber = %s", [one.name])
    }
    plain = one.together and not stopped and all(row[2] != _RESUMED for row in rows)
    if plain and not _fails(one, [deliveries[row[1]] for row in rows]):
        return
    for position, entry, kind, on in rows:
        delivery = deliveries[entry]
        if kind == _RESUMED:
            said = delivery.entry.content
            if said["subscriber"] == one.name and said["stopped_object"] in stopped:
                stopped -= _retry(one, str(said["stopped_object"]))
        elif on in stopped:
            _park(one, position, entry, on, "")
        elif reason := _fails(one, [delivery]):
            _park(one, position, entry, on, reason)
            stopped.add(on)


def _retry(one: _Subscriber, stopped: str) -> set[str]:
    """Try the queue of an object in order; the object if nothing of it is left."""
    queue = _parked(one.name, stopped)
    places = {entry: (position, None) for position, entry in queue}
    deliveries = _deliveries([entry for _, entry in queue], places)
    for position, entry in queue:
        reason = _fails(one, [deliveries[entry]])
        with connection.cursor() as cursor:
            if reason:
                cursor.execute(
                    "update journal_parked set reason = %s where subscriber = %s and position = %s",
                    [reason, one.name, position],
                )
                return set()
            cursor.execute(
                "delete from journal_parked where subscriber = %s and position = %s", [one.name, position]
            )
    return {stopped}


def _fails(one: _Subscriber, deliveries: Sequence[Delivery]) -> str:
    """Have the effect, or none of it; what went wrong, without anything personal, or nothing."""
    try:
        with transaction.atomic():
            one.effect(deliveries)
    except (OperationalError, InterfaceError):
        raise  # the database went, not the effect: the whole round is done again
    except Problem as problem:
        return str(problem)
    except (
        Error,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        return type(error).__name__
    return ""


def _park(one: _Subscriber, position: int, entry: UUID, on: str, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_parked (subscriber, position, entry, object, reason, parked_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            [one.name, position, entry, on, reason, clock.now()],
        )


def _parked(subscriber: str, stopped: str) -> list[tuple[int, UUID]]:
    return [
        (position, entry)
        for position, entry in _rows(
            "select position, entry from journal_parked where subscriber = %s and object = %s order by position",
            [subscriber, stopped],
        )
    ]


def _deliveries(
    entries: Sequence[UUID], places: Mapping[UUID, tuple[int, int | None]]
) -> dict[UUID, Delivery]:
    """The entries with the people they are about; two statements without a join, the places are known."""
    about: dict[UUID, dict[int, UUID]] = {}
    common: dict[UUID, bytes] = {}
    wanted = list(entries)
    for entry, ordinal, subject, content in _rows(
        "select entry, ordinal, subject, case when ordinal = 0 then bytes end from journal_part"
        " where entry = any(%s) order by 1, 2",
        [wanted],
    ):
        if subject is not None:
            about.setdefault(entry, {})[ordinal] = subject
        if ordinal == 0:
            common[entry] = content
    rows = _rows(f"select {ENTRY_COLUMNS} from journal_entry entry where entry.id = any(%s)", [wanted])  # noqa: S608
    return {
        row[0]: Delivery(
            view_entry((*row[:11], common.get(row[0]), *places[row[0]], row[11])), about.get(row[0], {})
        )
        for row in rows
    }


def _rows(statement: str, values: Sequence[Any] = ()) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple] = cursor.fetchall()  # type: ignore[type-arg]
    return rows
