"""The journal as an audit reads it: every stored byte of a stretch of entries, in three statements, judging nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.kernel.canonical import Json
from tongban.kernel.commitment import COLUMNS, plain


@dataclass(frozen=True)
class HeldPart:
    """A stored part of an entry."""

    ordinal: int
    subject: UUID | None
    salt: bytes
    content: bytes


@dataclass(frozen=True)
class HeldEntry:
    """A stored entry with its parts; `columns` are the JSON forms of the plain columns."""

    id: UUID
    columns: Mapping[str, Json]
    recorded_at: datetime
    part_hashes: Sequence[bytes]
    commitment: bytes
    seal: bytes
    marks: bytes
    parts: Sequence[HeldPart]


@dataclass(frozen=True)
class PlacedRow:
    """A placement and the entry it names; `held` is None when there is no such entry.

    `traced` are the people whose footprint leads here.
    """

    position: int
    entry: UUID
    origin: str
    log_index: int
    held: HeldEntry | None
    traced: frozenset[UUID] = frozenset()


_ENTRY = f"select {', '.join(COLUMNS)}, part_hashes, commitment, seal, marks from journal_entry"  # noqa: S608
_PARTS = "select entry, ordinal, subject, salt, bytes from journal_part where entry = any(%s) order by 1, 2"
_UNPLACED = (
    "select entry.id from journal_entry entry"
    " where not exists (select 1 from journal_placed placed where placed.entry = entry.id)"
    " and not exists (select 1 from journal_pending pending where pending.entry = entry.id)"
    " and entry.id > %s order by entry.id limit %s"
)


def last_position() -> int:
    """The highest position given so far; 0 before the first."""
    return int(_rows("select coalesce(max(position), 0) from journal_placed")[0][0])


def first_log_indexes(position: int) -> dict[str, int]:
    """For each origin the log index that follows the entries before `position`."""
    return {
        origin: int(following)
        for origin, following in _rows(
            "select origin, max(log_index) + 1 from journal_placed where position < %s group by origin",
            [position],
        )
    }


def placed_rows(*, after: int, until: int, limit: int) -> list[PlacedRow]:
    """The placements after a position up to another one, in order, with all that is stored of their entries."""
    return _with_entries(
        _rows(
            "select position, entry, origin, log_index from journal_placed"
            " where position > %s and position <= %s order by position limit %s",
            [after, until, limit],
        )
    )


def placed_at(positions: Sequence[int]) -> list[PlacedRow]:
    """The placements at these positions, in order."""
    return _with_entries(
        _rows(
            "select position, entry, origin, log_index from journal_placed where position = any(%s) order by position",
            [list(positions)],
        )
    )


def placed_of_kind(kind: str) -> Iterator[PlacedRow]:
    """The placed entries of one kind, in order of their ids."""
    last, limit = UUID(int=0), 200
    while True:
        found = _rows(
            "select placed.position, placed.entry, placed.origin, placed.log_index from journal_entry entry"
            " join journal_placed placed on placed.entry = entry.id"
            " where entry.kind = %s and entry.id > %s order by entry.id limit %s",
            [kind, last, limit],
        )
        yield from _with_entries(found)
        if len(found) < limit:
            return
        last = found[-1][1]


def unplaced_entries(*, limit: int = 500) -> Iterator[HeldEntry]:
    """Entries that neither wait for a position nor have one: nobody who writes through the program leaves such."""
    last = UUID(int=0)
    while True:
        ids = [row[0] for row in _rows(_UNPLACED, [last, limit])]
        yield from held_entries(ids).values()
        if len(ids) < limit:
            return
        last = ids[-1]


def pending_entries() -> list[tuple[UUID, str, HeldEntry | None]]:
    """What waits for a position: entry, origin, and the stored entry if there is one."""
    waiting = _rows("select entry, origin from journal_pending order by seq")
    held = held_entries(entry for entry, _ in waiting)
    return [(entry, origin, held.get(entry)) for entry, origin in waiting]


def unsealed_entries() -> list[UUID]:
    """What the drainer set aside for a wrong seal."""
    return [row[0] for row in _rows("select entry from journal_unsealed order by entry")]


def held_entries(ids: Iterable[UUID]) -> dict[UUID, HeldEntry]:
    """The stored entries with these ids; two statements."""
    wanted = list(ids)
    if not wanted:
        return {}
    parts: dict[UUID, list[HeldPart]] = {}
    for entry, ordinal, subject, salt, content in _rows(_PARTS, [wanted]):
        parts.setdefault(entry, []).append(HeldPart(ordinal, subject, bytes(salt), bytes(content)))
    rows = _rows(_ENTRY + " where id = any(%s) order by id", [wanted])
    return {row[0]: _held(row, parts.get(row[0], [])) for row in rows}


def _with_entries(placed: Sequence[Sequence[Any]]) -> list[PlacedRow]:
    held = held_entries(row[1] for row in placed)
    traced = _traced(placed, held)
    return [
        PlacedRow(position, entry, origin, log_index, held.get(entry), frozenset(traced.get(position, ())))
        for position, entry, origin, log_index in placed
    ]


def _traced(placed: Sequence[Sequence[Any]], held: Mapping[UUID, HeldEntry]) -> dict[int, list[UUID]]:
    """For each position the people of its parts whose footprint leads there; one statement."""
    wanted = [
        (part.subject, position)
        for position, entry, *_ in placed
        if entry in held
        for part in held[entry].parts
        if part.subject
    ]
    traced: dict[int, list[UUID]] = {}
    for subject, position in _rows(
        "select traced.subject, traced.position from unnest(%s::uuid[], %s::bigint[]) as wanted (subject, position)"
        " join journal_subject traced using (subject, position)",
        [[subject for subject, _ in wanted], [position for _, position in wanted]],
    ):
        traced.setdefault(position, []).append(subject)
    return traced


def _held(row: Sequence[Any], parts: Sequence[HeldPart]) -> HeldEntry:
    columns = {name: plain(value) for name, value in zip(COLUMNS, row, strict=False)}
    hashes, committed, sealed, marks = row[len(COLUMNS) :]
    return HeldEntry(
        id=row[0],
        columns=columns,
        recorded_at=row[COLUMNS.index("recorded_at")],
        part_hashes=[bytes(one) for one in hashes],
        commitment=bytes(committed),
        seal=bytes(sealed),
        marks=bytes(marks or b""),
        parts=parts,
    )


def _rows(statement: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Sequence[Any]] = cursor.fetchall()
    return rows
