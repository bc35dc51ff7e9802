"""Calls of one moment as one statement and one commit.

Starting a plan, a round trip and a commit cost more than what one call reads and writes. While one thread waits for the
database, what comes meanwhile gathers; then one of those who wait carries all of it. Nobody waits for company: a call
that is alone goes at once. Each has its own grounds, nonce and entry, and none is told anything before the commit.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import DataError, RawCursor

from tongban.exchange.answering.plan import Plan
from tongban.exchange.answering.statement import SAYS, quoted
from tongban.exchange.answering.values import (
    Blobs,
    BlobsDumper,
    Call,
    Caller,
    Texts,
    TextsDumper,
    arrays,
    searched,
    shared_values,
    whole_values,
)
from tongban.kernel import clock
from tongban.kernel.commitment import plain
from tongban.kernel.ids import uuid7


@dataclass
class _Asking:
    """A call on its way; `turn` opens when it was answered, or when it has to carry `few`."""

    call: Call
    caller: Caller
    leased: Sequence[str]
    turn: threading.Lock = field(default_factory=threading.Lock)
    few: "list[_Asking]" = field(default_factory=list)
    entry: UUID | None = None
    row: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None
    #: The value that was wrong may be another call's.
    may_try_alone: bool = False


@dataclass
class _Line:
    """Calls that one statement answers: how many of it are on their way, and who waits behind them."""

    under_way: int = 0
    waiting: list[_Asking] = field(default_factory=list)


#: Statements on their way at once: while one is made durable, the next is worked on.
AT_ONCE = 2
_lock = threading.Lock()
#: By the statement's text.
_lines: dict[bytes, _Line] = {}


def ask_together(
    made: Plan, call: Call, caller: Caller, *, leased: Sequence[str]
) -> tuple[UUID, dict[str, Any]]:
    """The number of the answer and the statement's row for this call, once it is committed.

    Raises:
        DataError: a value is not of its column's form.
    """
    mine = _Asking(call, caller, leased)
    with _lock:
        line = _lines.setdefault(made.statement, _Line())
        if line.under_way < AT_ONCE:
            line.under_way += 1
            mine.few = [mine]
        else:
            mine.turn.acquire()
            line.waiting.append(mine)
    with mine.turn:
        pass
    if mine.few:
        _carry(made, mine)
    if mine.may_try_alone:
        _ask(made, [mine])
    elif mine.error:
        raise mine.error
    assert mine.entry
    return mine.entry, mine.row


def _carry(made: Plan, mine: _Asking) -> None:
    """Ask for all of them, hand the place on to who came meanwhile, then let everybody go."""
    few, mine.few = mine.few, []
    try:
        _ask(made, few)
    except Exception as error:  # noqa: BLE001 - raised again in each thread that waits
        for one in few:
            one.error, one.may_try_alone = error, isinstance(error, DataError) and len(few) > 1
    finally:
        with _lock:
            line = _lines[made.statement]
            following, line.waiting = line.waiting, []
            line.under_way -= not following
            if not line.under_way:
                del _lines[made.statement]
        if following:
            following[0].few = following
            following[0].turn.release()
        for one in few:
            if one is not mine:
                one.turn.release()


def _ask(made: Plan, few: Sequence[_Asking]) -> None:
    """One statement for all of them, on the connection of this thread."""
    now, held = clock.now(), made.bound
    moment = str(plain(now))
    for one in few:
        one.entry = uuid7()
    calls = [
        whole_values(made, one.call, one.caller, one.entry, moment, leased=one.leased)
        for one in few
        if one.entry
    ]
    call = few[0].call
    wanted = [*made.wanted, *searched(held, call.keys)]
    given = {
        **shared_values(held, call.resource, wanted, now=now),
        "now_json": quoted(moment),
        **arrays(calls),
    }
    rows = run(made.statement, made.parameters, given)
    for one, values in zip(few, rows, strict=True):
        one.row = dict(zip(SAYS, values, strict=True))


def run(statement: bytes, parameters: Sequence[str], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The statement's rows. The driver's own cursor: parameters stay on the server's side and the statement prepared."""
    connection.ensure_connection()
    with RawCursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(Texts, TextsDumper)
        cursor.adapters.register_dumper(Blobs, BlobsDumper)
        cursor.execute(statement, [given[name] for name in parameters], prepare=True, binary=True)
        return cursor.fetchall()
