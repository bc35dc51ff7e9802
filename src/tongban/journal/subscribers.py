"""Subscribers: what follows from acts above the journal, in the order of positions, each act once (design 2).

A subscriber's effects and its cursor commit together. An effect that fails parks the *object* of its entry for that
subscriber: later entries of that object queue behind it, others go on. `resume` has the queue tried again.
"""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
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
#: So many times as many positions are read for a subscriber that takes them together: one that catches up reads and
#: writes the row of an object once for all of its acts in a round.
TOGETHER = 40
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


class _Head(NamedTuple):
    """An entry at its position, without its parts: `columns` are `ENTRY_COLUMNS`."""

    position: int
    log_index: int | None
    columns: tuple[Any, ...]

    @property
    def id(self) -> UUID:
        """The entry."""
        found: UUID = self.columns[0]
        return found

    @property
    def kind(self) -> str:
        """The kind as it was recorded."""
        found: str = self.columns[1]
        return found

    @property
    def object(self) -> str:
        """The object of the act."""
        found: str = self.columns[6]
        return found


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
    with _uncollected():
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
    if not _rows(
        "select from journal_parked where subscriber = %s and object = %s limit 1",
        [subscriber, stopped_object],
    ):
        raise NotFound("这个对象没有停放，可能刚刚已经恢复。")
    with transaction.atomic():
        act = SubscriberResumed(subscriber=subscriber, stopped_object=stopped_object)
        record(act, on=Subject("resumption", str(uuid7()), 1), by=by)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A round's entries live until its end and hold no cycles: looking for some again and again takes a third of it."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


class _Read:
    """What one round has read, for all subscribers: most stand at the same position and want the same entries."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heads: dict[tuple[int, int], list[_Head]] = {}
        self._deliveries: dict[UUID, Delivery] = {}

    def heads(self, after: int, *, times: int = 1) -> list[_Head]:
        """What follows a position; a position that was given never changes."""
        wanted = after, self._limit * times
        if wanted not in self._heads:
            self._heads[wanted] = _heads("placed.position > %s order by placed.position limit %s", wanted)
        return self._heads[wanted]

    def deliveries(self, heads: Sequence[_Head]) -> dict[UUID, Delivery]:
        """The entries as subscribers get them."""
        if wanted := [head for head in heads if head.id not in self._deliveries]:
            self._deliveries |= _deliveries(wanted)
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
        _take(one, [row for row in rows if row.kind in one.kinds or row.kind == _RESUMED], read)
        cursor.execute(
            "update journal_cursor set position = %s, moved_at = %s where subscriber = %s",
            [rows[-1].position, clock.now(), one.name],
        )
    return len(rows)


def _take(one: _Subscriber, rows: Sequence[_Head], read: _Read) -> None:
    if not rows:
        return
    deliveries = read.deliveries(rows)
    stopped = {
        row[0]
        for row in _rows("select distinct object from journal_parked where subscriber = %s", [one.name])
    }
    for resumed, few in groupby(rows, key=lambda row: row.kind == _RESUMED):
        if not resumed:
            _apply(one, list(few), deliveries, stopped)
            continue
        for row in few:
            said = deliveries[row.id].entry.content
            if said["subscriber"] == one.name and said["stopped_object"] in stopped:
                stopped -= _retry(one, str(said["stopped_object"]))


def _apply(
    one: _Subscriber, rows: Sequence[_Head], deliveries: Mapping[UUID, Delivery], stopped: set[str]
) -> None:
    """Have the effect of entries in their order; what fails together is halved until only what fails is parked."""
    for row in rows:
        if row.object in stopped:
            _park(one, row, "")
    rows = [row for row in rows if row.object not in stopped]
    if not rows:
        return
    alone = len(rows) == 1
    reason = _fails(one, [deliveries[row.id] for row in rows]) if one.together or alone else "one by one"
    if reason and alone:
        _park(one, rows[0], reason)
        stopped.add(rows[0].object)
    elif reason:
        step = len(rows) // 2 if one.together else 1
        for begin in range(0, len(rows), step):
            _apply(one, rows[begin : begin + step], deliveries, stopped)


def _retry(one: _Subscriber, stopped: str) -> set[str]:
    """Try the queue of an object in order; the object if nothing of it is left."""
    queue = _heads(
        "placed.entry in (select entry from journal_parked where subscriber = %s and object = %s)"
        " order by placed.position",
        (one.name, stopped),
    )
    deliveries = _deliveries(queue)
    for head in queue:
        reason = _fails(one, [deliveries[head.id]])
        with connection.cursor() as cursor:
            if reason:
                cursor.execute(
                    "update journal_parked set reason = %s where subscriber = %s and position = %s",
                    [reason, one.name, head.position],
                )
                return set()
            cursor.execute(
                "delete from journal_parked where subscriber = %s and position = %s",
                [one.name, head.position],
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


def _park(one: _Subscriber, row: _Head, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_parked (subscriber, position, entry, object, reason, parked_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            [one.name, row.position, row.id, row.object, reason, clock.now()],
        )


def _heads(where: str, values: Sequence[Any]) -> list[_Head]:
    """Entries by their positions, with the columns that every reader of them needs; one statement."""
    found = _rows(
        f"select placed.position, placed.log_index, {ENTRY_COLUMNS} from journal_placed placed"  # noqa: S608
        f" join journal_entry entry on entry.id = placed.entry where {where}",
        values,
    )
    return [_Head(row[0], row[1], row[2:]) for row in found]


def _deliveries(heads: Sequence[_Head]) -> dict[UUID, Delivery]:
    """The entries with the people they are about; one statement."""
    about: dict[UUID, dict[int, UUID]] = {}
    common: dict[UUID, bytes] = {}
    for entry, ordinal, subject, content in _rows(
        "select entry, ordinal, subject, case when ordinal = 0 then bytes end from journal_part"
        " where entry = any(%s)",
        [[head.id for head in heads]],
    ):
        if subject is not None:
            about.setdefault(entry, {})[ordinal] = subject
        if ordinal == 0:
            common[entry] = content
    return {
        head.id: Delivery(
            view_entry(
                (*head.columns[:11], common.get(head.id), head.position, head.log_index, head.columns[11])
            ),
            about.get(head.id, {}),
        )
        for head in heads
    }


def _rows(statement: str, values: Sequence[Any] = ()) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple] = cursor.fetchall()  # type: ignore[type-arg]
    return rows
