"""Permits and the breaker of a system outside.

A permit is two things. Within a process it is one of `serving threads // 2` over all systems together, so that hung
systems never hold every thread that serves pages. Across processes it is one of the system's own, an advisory lock of
the session at hand: a process that dies gives it back by dying. The breaker lies in the database, so that each process
knows what one of them met; when its time is over, one question (the probe) goes through and decides.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection

from tongban.exchange.ports import Reach, SourceDown
from tongban.kernel import clock

#: So many failures in a row open the breaker.
FAILURES_TO_OPEN = 5
OPEN_S, OPEN_LONGEST_S = 15, 240
#: None free: so soon it is worth while to ask again.
BUSY_AGAIN_S = 2
#: The first half of our advisory locks on permits.
_LOCKS = 0x7075
#: An answer is noted so often at most: a row that every call writes would make calls queue.
_NOTED_EVERY = timedelta(seconds=30)

_LOCK = """
select slot from unnest(%s::int[]) as slot where pg_try_advisory_lock(%s, slot) limit 1
"""
_STATE = "select open_until, failures from exchange_upstream_state where system = %s"
_PROBE = """
update exchange_upstream_state set open_until = %s where system = %s and open_until = %s returning 1
"""
_WELL = """
insert into exchange_upstream_state as held (system, failures, openings, last_fault, answered_at)
values (%(system)s, 0, 0, '', %(now)s)
on conflict (system) do update set failures = 0, openings = 0, open_until = null, answered_at = excluded.answered_at
where held.failures > 0 or held.open_until is not null or held.answered_at is null or held.answered_at < %(noted)s
"""
_FAILED = """
insert into exchange_upstream_state as held (system, failures, openings, last_fault, failed_at)
values (%(system)s, 1, 0, %(fault)s, %(now)s)
on conflict (system) do update set failures = held.failures + 1, last_fault = excluded.last_fault,
    failed_at = excluded.failed_at,
    openings = held.openings + (held.failures + 1 >= %(most)s)::int,
    open_until = case when held.failures + 1 >= %(most)s
        then %(now)s + make_interval(secs => least(%(open)s * 2 ^ least(held.openings, 10), %(longest)s)) end
"""


@dataclass(frozen=True)
class Permit:
    """The right to ask a system once, now."""

    system: str
    slot: int


def calls_at_a_time() -> int:
    """How many questions to systems outside a process has on their way at most; fewer than threads that serve."""
    return max(1, settings.TONGBAN_WEB_THREADS // 2)


@lru_cache(1)
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(calls_at_a_time())


def take(reach: Reach) -> Permit:
    """A permit to ask the system; nobody waits for one.

    Raises:
        SourceDown: `open` (it failed too often lately) or `busy`, with seconds after which to ask again.
    """
    if not _places().acquire(blocking=False):
        raise SourceDown("no place in this process", fault="busy", again_s=BUSY_AGAIN_S)
    try:
        _check_breaker(reach)
        slots = [_slot(reach.system, number) for number in range(reach.permits)]
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [slots, _LOCKS])
            row = cursor.fetchone()
        if row is None:
            raise SourceDown("no permit is free", fault="busy", again_s=BUSY_AGAIN_S)
    except BaseException:
        _places().release()
        raise
    return Permit(reach.system, int(row[0]))


def give_back(permit: Permit) -> None:
    """Let another one ask; once for each permit."""
    _places().release()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCKS, permit.slot])


@contextmanager
def watched(system: str) -> Iterator[None]:
    """What is asked of the system within the block tells the breaker how it did."""
    try:
        yield
    except SourceDown as down:
        if down.blames:
            note_failure(system, down.fault)
        elif down.fault == "refused":
            note_answer(system)
        raise
    note_answer(system)


def note_answer(system: str) -> None:
    """The system answers: the breaker closes."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(_WELL, {"system": system, "now": now, "noted": now - _NOTED_EVERY})


def note_failure(system: str, fault: str) -> None:
    """The system failed; too often in a row, and nobody asks it for a while, twice as long each time."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FAILED,
            {
                "system": system,
                "fault": fault,
                "now": clock.real_now(),
                "most": FAILURES_TO_OPEN,
                "open": OPEN_S,
                "longest": OPEN_LONGEST_S,
            },
        )


def _check_breaker(reach: Reach) -> None:
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [reach.system])
        row = cursor.fetchone()
        if row is None or row[0] is None:
            return
        until = row[0]
        if until <= now:
            # Half open: whoever moves the moment on is the one that tries.
            cursor.execute(_PROBE, [now + timedelta(seconds=reach.longest_s + 1), reach.system, until])
            if cursor.fetchone():
                return
            until = now + timedelta(seconds=reach.longest_s + 1)
    raise SourceDown(
        "it failed too often lately", fault="open", again_s=max(1, round((until - now).total_seconds()))
    )


def _slot(system: str, number: int) -> int:
    digest = hashlib.sha256(f"{system} {number}".encode()).digest()
    return int.from_bytes(digest[:4], "big", signed=True)
