"""Recording many acts of one kind of work at once: the same entries as `record` makes, written by COPY."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from tongban.journal.actions import Private, Subject, compose
from tongban.journal.actors import Actor
from tongban.journal.registry import Act
from tongban.kernel import clock

_ENTRY = (
    "id", "kind", "occurred_at", "recorded_at", "effective_on", "actor", "agency", "represented", "object",
    "object_version", "basis", "purpose", "case_number", "disclose_after", "supersedes", "part_hashes", "commitment",
    "seal", "marks",
)  # fmt: skip


@dataclass(frozen=True)
class BatchEntry:
    """One act of a batch: what, on which object, what is said of whom, and from when it counts."""

    act: Act
    on: Subject
    private: Private
    effective_on: date | None = None


def record_batch(entries: Iterable[BatchEntry], *, by: Actor, basis: str = "") -> list[UUID]:
    """Write entries with their parts and pending marks, in their order, by three COPY statements; returns their ids.

    For bulk work of officers and the system: nobody is represented, nothing is withheld. Entries are taken one by one
    while the database writes those before, so that making them costs no time of its own; making one asks it nothing.

    Raises:
        RuntimeError: called outside a transaction, or making an entry asked the database.
        BadInput: an act is too large for the log that it goes to.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a batch was recorded outside the transaction of its acts")
    composed = (
        compose(one.act, on=one.on, by=by, private=one.private, basis=basis, effective_on=one.effective_on)
        for one in entries
    )
    clock.offset()
    with (
        connection.wrap_database_errors,
        connection.execute_wrapper(_refuse),
        Cursor(connection.connection) as cursor,
    ):
        return copy_composed(cursor, composed)


def _refuse(*_question: Any) -> NoReturn:
    """A question on the connection that COPY holds would be waited for without end."""
    raise RuntimeError("making an entry of a batch asked the database")


def copy_composed(cursor: Cursor[Any], composed: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Write entries that `compose` made, with their parts and pending marks; returns their ids."""
    rows = []
    with cursor.copy(f"copy journal_entry ({', '.join(_ENTRY)}) from stdin") as copy:
        for row in composed:
            copy.write_row([row[name] for name in _ENTRY])
            rows.append(row)
    with cursor.copy("copy journal_part (entry, ordinal, subject, salt, bytes) from stdin") as copy:
        for row in rows:
            for part in _parts(row):
                copy.write_row(part)
    with cursor.copy("copy journal_pending (entry, origin) from stdin") as copy:
        for row in rows:
            copy.write_row((row["id"], row["origin"]))
    return [row["id"] for row in rows]


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    named = zip(row["subjects"], row["salts"], row["contents"], strict=True)
    for ordinal, (subject, salt, content) in enumerate(named):
        yield row["id"], ordinal, subject, salt, content
