"""Reading the journal: timelines, openings of entries, and what the logs still have to take."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.journal.registry import newest, title_of, with_older
from tongban.kernel import clock
from tongban.kernel.canonical import Json
from tongban.kernel.commitment import COLUMNS, plain
from tongban.kernel.errors import NotFound


@dataclass(frozen=True)
class EntryView:
    """One act as a timeline shows it, in its kind's newest form. `content` is the common part."""

    id: UUID
    kind: str
    title: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    agency: str
    object: str
    object_version: int
    basis: str
    purpose: str
    case_number: str
    content: Mapping[str, Json]
    position: int | None
    log_index: int | None
    #: For whom somebody else did it: that person's pseudonym in the entry; empty where nobody was represented.
    represented: str = ""


@dataclass(frozen=True)
class Trace:
    """An act in somebody's footprint; `said` is what the act's part about that person says."""

    act: EntryView
    said: Mapping[str, Json]
    #: The day from which on it may be told, where it was not told at once.
    withheld_until: datetime | None = None

    @property
    def position(self) -> int:
        """Its place among all acts; every entry of a footprint has one."""
        return self.act.position or 0


@dataclass(frozen=True)
class Opening:
    """What proves an entry's content: plain columns, and per part either its hash or its salt and bytes."""

    origin: str
    log_index: int | None
    columns: Mapping[str, Json]
    commitment: bytes
    parts: Sequence[tuple[bytes, bytes | None, bytes | None]]


@dataclass(frozen=True)
class LeafSource:
    """What a log needs of an entry; `content` is the common part, only for the public log."""

    log_index: int
    kind: str
    agency: str
    recorded_at: datetime
    commitment: bytes
    content: bytes


#: The plain columns of an entry that a view shows; `represented` is the last.
ENTRY_COLUMNS = (
    "entry.id, entry.kind, entry.occurred_at, entry.recorded_at, entry.actor, entry.agency, entry.object,"
    " entry.object_version, entry.basis, entry.purpose, entry.case_number, entry.represented"
)
ENTRIES = """
select entry.id, entry.kind, entry.occurred_at, entry.recorded_at, entry.actor, entry.agency, entry.object,
    entry.object_version, entry.basis, entry.purpose, entry.case_number, part.bytes, placed.position,
    placed.log_index, entry.represented
from journal_entry entry
left join journal_part part on part.entry = entry.id and part.ordinal = 0
left join journal_placed placed on placed.entry = entry.id
"""
_FOOTPRINT = """
select entry.id, entry.kind, entry.occurred_at, entry.recorded_at, entry.actor, entry.agency, entry.object,
    entry.object_version, entry.basis, entry.purpose, entry.case_number, common.bytes, traced.position,
    placed.log_index, entry.represented, own.bytes, entry.disclose_after
from (
    select position, entry from journal_subject where subject = %(subject)s
    union all select position, entry from journal_placed where entry = any(%(also)s::uuid[])
) traced
join journal_entry entry on entry.id = traced.entry
join journal_placed placed on placed.position = traced.position
left join journal_part common on common.entry = entry.id and common.ordinal = 0
left join journal_part own on own.entry = entry.id and own.subject = %(subject)s
where (%(kinds)s::text[] is null or entry.kind = any(%(kinds)s))
    and (entry.disclose_after is null or entry.disclose_after <= %(now)s)
    and (own.ordinal is null or entry.represented in ('', 's' || own.ordinal) or entry.actor <> 's' || own.ordinal)
"""


def timeline(
    *,
    case_numbers: Sequence[str] = (),
    objects: Sequence[str] = (),
    kinds: Sequence[str] | None = None,
) -> list[EntryView]:
    """Every act of these cases or objects, oldest first, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            ENTRIES
            + " where ((entry.case_number <> '' and entry.case_number = any(%(cases)s))"
            + " or entry.object = any(%(objects)s)) and (%(kinds)s::text[] is null or entry.kind = any(%(kinds)s))"
            + " order by entry.occurred_at, entry.id",
            {
                "cases": list(case_numbers),
                "objects": list(objects),
                "kinds": None if kinds is None else with_older(kinds),
            },
        )
        return [view_entry(row) for row in cursor.fetchall()]


def find_entries(ids: Iterable[UUID]) -> list[EntryView]:
    """The entries with these ids, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES + " where entry.id = any(%s) order by entry.id", [list(ids)])
        return [view_entry(row) for row in cursor.fetchall()]


def disclosure_days(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """From when on entries may be told to those they are about, for those that may not be told at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, disclose_after from journal_entry where id = any(%s) and disclose_after is not null",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def footprint(
    subject: UUID,
    *,
    kinds: Sequence[str],
    agency: str = "",
    case: str = "",
    resource: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
    also: Collection[UUID] = (),
) -> list[Trace]:
    """What was done about `subject` under these kinds, newest first; one query.

    `also` are entries that are about the subject, though they have no part that says so: pages of feeds.
    `case` takes an application's number and means its cases too; `resource` is what the entry names; `since` is
    counted, `until` not; `before` is the last position seen. What may be told only later is left out until then; so is what `subject` did as somebody's agent, which is told to that person.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FOOTPRINT
            + " and (%(agency)s = '' or entry.agency = %(agency)s)"
            + " and (%(case)s = '' or entry.case_number = %(case)s or starts_with(entry.case_number, %(case)s || '-'))"
            + " and (%(resource)s = '' or convert_from(common.bytes, 'UTF8')::jsonb ->> 'resource' = %(resource)s)"
            + " and (%(since)s::timestamptz is null or entry.occurred_at >= %(since)s)"
            + " and (%(until)s::timestamptz is null or entry.occurred_at < %(until)s)"
            + " and (%(before)s::bigint is null or traced.position < %(before)s)"
            + " order by traced.position desc limit %(limit)s",
            {
                "subject": subject,
                "kinds": with_older(kinds),
                "agency": agency,
                "case": case,
                "resource": resource,
                "since": since,
                "until": until,
                "before": before,
                "limit": limit,
                "also": list(also),
                "now": clock.now(),
            },
        )
        return [_trace(row) for row in cursor.fetchall()]


def find_trace(
    subject: UUID, entry: UUID, *, kinds: Sequence[str] | None = None, also: Collection[UUID] = ()
) -> Trace | None:
    """One entry about `subject` under these kinds (None: any); None if there is no such one that may be told now.

    `also` as for `footprint`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FOOTPRINT + " and traced.entry = %(entry)s",
            {
                "subject": subject,
                "entry": entry,
                "kinds": None if kinds is None else with_older(kinds),
                "also": [one for one in also if one == entry],
                "now": clock.now(),
            },
        )
        row = cursor.fetchone()
    return _trace(row) if row else None


def footprint_places(
    subject: UUID, *, kinds: Sequence[str], also: Collection[UUID] = ()
) -> list[tuple[str, str, str]]:
    """Each agency, case number and resource that occur together in a footprint, in order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct entry.agency, entry.case_number,"
            " coalesce(convert_from(common.bytes, 'UTF8')::jsonb ->> 'resource', '') from (select entry from journal_subject where subject = %(subject)s"
            " union all select entry from journal_placed where entry = any(%(also)s::uuid[])) traced"
            " join journal_entry entry on entry.id = traced.entry"
            " left join journal_part common on common.entry = entry.id and common.ordinal = 0"
            " left join journal_part own on own.entry = entry.id and own.subject = %(subject)s"
            " where entry.kind = any(%(kinds)s)"
            " and (own.ordinal is null or entry.represented in ('', 's' || own.ordinal)"
            " or entry.actor <> 's' || own.ordinal)"
            " and (entry.disclose_after is null or entry.disclose_after <= %(now)s) order by 1, 2, 3",
            {"subject": subject, "kinds": with_older(kinds), "also": list(also), "now": clock.now()},
        )
        return [(agency, number, resource) for agency, number, resource in cursor.fetchall()]


def is_about(subject: UUID, entry: UUID) -> bool:
    """Whether a placed entry has a part about `subject` that may be told now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from journal_subject traced join journal_entry entry on entry.id = traced.entry"
            " where traced.subject = %s and traced.entry = %s"
            " and (entry.disclose_after is null or entry.disclose_after <= %s)",
            [subject, entry, clock.now()],
        )
        return cursor.fetchone() is not None


def has_recent(*, kind: str, on: str, since: datetime, actor: str = "", person: UUID | None = None) -> bool:
    """Whether `actor` (or `person`, whom entries name in a part) did this to the object since a moment.

    Views are journalled once an hour.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from journal_entry entry where object = %(on)s and kind = %(kind)s and occurred_at >= %(since)s"
            " and (%(actor)s = '' or entry.actor = %(actor)s) and (%(person)s::uuid is null or exists (select from journal_part"
            " as part where part.entry = entry.id and part.subject = %(person)s and entry.actor = 's' || part.ordinal)) limit 1",
            {"on": on, "kind": kind, "actor": actor, "since": since, "person": person},
        )
        return cursor.fetchone() is not None


def opening(entry: UUID, *, for_subjects: Sequence[UUID] | None = ()) -> Opening:
    """The opening of an entry: its common part, and the parts of `for_subjects` (None: of all).

    Raises:
        NotFound: no such entry.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {', '.join('entry.' + name for name in COLUMNS)}, entry.commitment, entry.part_hashes,"  # noqa: S608
            " placed.origin, placed.log_index"
            " from journal_entry entry left join journal_placed placed on placed.entry = entry.id where entry.id = %s",
            [entry],
        )
        row = cursor.fetchone()
        if row is None:
            raise NotFound("账本里没有这一条记录。")
        cursor.execute("select ordinal, subject, salt, bytes from journal_part where entry = %s", [entry])
        held = {ordinal: (subject, bytes(salt), bytes(content)) for ordinal, subject, salt, content in cursor}
    *columns, committed, hashes, origin, log_index = row
    parts = []
    for ordinal, digest in enumerate(hashes):
        subject, salt, content = held.get(ordinal, (None, None, None))
        open_it = content is not None and (subject is None or for_subjects is None or subject in for_subjects)
        parts.append((bytes(digest), salt if open_it else None, content if open_it else None))
    return Opening(
        origin=origin or "",
        log_index=log_index,
        columns={name: plain(value) for name, value in zip(COLUMNS, columns, strict=True)},
        commitment=bytes(committed),
        parts=parts,
    )


def has_leaf_sources(origin: str, *, start: int) -> bool:
    """Whether an entry is placed in `origin` at log index `start` or beyond."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from journal_placed where origin = %s and log_index >= %s limit 1", [origin, start]
        )
        return cursor.fetchone() is not None


def leaf_sources(origin: str, *, start: int, limit: int) -> list[LeafSource]:
    """The placed entries of `origin` with log indexes from `start` on, below `start + limit`, in order.

    Identifiers grow with time, so what was placed together is read as one piece of the key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select log_index, entry from journal_placed"
            " where origin = %s and log_index >= %s and log_index < %s order by log_index",
            [origin, start, start + limit],
        )
        placed = cursor.fetchall()
        if not placed:
            return []
        ids = [entry for _, entry in placed]
        words = [min(ids), max(ids), ids]
        cursor.execute(
            "select id, kind, agency, recorded_at, commitment from journal_entry"
            " where id between %s and %s and id = any(%s)",
            words,
        )
        entries = {row[0]: row[1:] for row in cursor.fetchall()}
        contents: dict[UUID, bytes] = {}
        if origin == "public":
            cursor.execute(
                "select entry, bytes from journal_part"
                " where entry between %s and %s and entry = any(%s) and ordinal = 0",
                words,
            )
            contents = dict(cursor.fetchall())
    found = []
    for index, entry in placed:
        if row := entries.get(entry):
            kind, agency, at, committed = row
            found.append(
                LeafSource(index, kind, agency, at, bytes(committed), bytes(contents.get(entry, b"")))
            )
    return found


def count_pending() -> int:
    """Committed entries that have no position yet."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_pending")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _trace(row: Sequence[Any]) -> Trace:
    return Trace(view_entry(row), json.loads(bytes(row[15])) if row[15] is not None else {}, row[16])


def view_entry(row: Sequence[Any]) -> EntryView:
    """A row of `ENTRIES`."""
    (
        entry,
        kind,
        occurred_at,
        recorded_at,
        actor,
        agency,
        on,
        version,
        basis,
        purpose,
        case_number,
        content,
    ) = row[:12]
    kind, said = newest(kind, json.loads(str(content, "utf-8")) if content is not None else {})
    return EntryView(
        id=entry,
        kind=kind,
        title=title_of(kind),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=actor,
        agency=agency,
        object=on,
        object_version=version,
        basis=basis,
        purpose=purpose,
        case_number=case_number,
        content=said,
        position=row[12],
        log_index=row[13],
        represented=row[14],
    )
