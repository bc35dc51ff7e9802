"""One round of following, read and written: every row that the acts are about, each table in one statement."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from django.db import connection

from tongban.cases.kinds import Opened
from tongban.journal.api import Delivery, EntryView, timeline
from tongban.supervision.book import Rulebook, read_book
from tongban.supervision.detecting import ENDED_WITHOUT, Found
from tongban.supervision.facts import COUNTS, CaseFacts, Group, counted
from tongban.supervision.following import Following
from tongban.supervision.watches import Watched

_WATCH = tuple(one.name for one in fields(Watched))
_CASE = tuple(one.name for one in fields(CaseFacts))
#: What is written of a watch that was known: what was told stays the worker's.
_WATCH_SET = tuple(name for name in _WATCH if name not in {"code", "key", "level"})


#: So many rows make a round large.
MANY = 2000


def follow(deliveries: Sequence[Delivery]) -> None:
    """The subscriber's effect: natural keys everywhere, so that the same acts again change nothing."""
    objects = {one.entry.object for one in deliveries}
    numbers = {one.entry.case_number for one in deliveries if one.entry.case_number}
    cases = _cases(numbers, deliveries)
    before = {number: counted(case) for number, case in cases.items()}
    book = read_book()
    following = Following(book, _watches(objects | numbers), cases, _earlier(book, deliveries))
    for one in deliveries:
        following.take(one.entry, one.subjects)
    _save_watches(following.changes())
    touched = [following.cases[number] for number in sorted(following.touched)]
    _save_cases(touched)
    _add_up(touched, before)
    save_found(following.found)


def save_found(found: Sequence[Found]) -> None:
    """Leads and their rows, each row once."""
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into supervision_lead (detector, agency, period, rows, seen_by, words, version)"
            " select distinct detector, agency, period, 0, '', '', 1 from jsonb_to_recordset(%s) as row"
            " (detector text, agency text, period text) order by 1, 2, 3 on conflict do nothing",
            [_json(found)],
        )
        cursor.execute(
            "with added as (insert into supervision_lead_row (lead_id, entry, occurred_at, recorded_at, note)"
            " select lead.id, row.entry, row.occurred_at, row.recorded_at, row.note from jsonb_to_recordset(%s) as row"
            " (detector text, agency text, period text, entry uuid, occurred_at timestamptz, recorded_at timestamptz,"
            " note text) join supervision_lead lead using (detector, agency, period)"
            " on conflict do nothing returning lead_id)"
            " update supervision_lead lead set rows = lead.rows + added.rows from"
            " (select lead_id, count(*) as rows from added group by lead_id) added where lead.id = added.lead_id",
            [_json(found)],
        )


def _earlier(book: Rulebook, deliveries: Sequence[Delivery]) -> dict[str, list[EntryView]]:
    """What was done before on objects whose limit begins with an act that was entered late; a query where there are any."""
    late = {
        one.entry.object
        for one in deliveries
        if one.entry.recorded_at > one.entry.occurred_at and one.entry.kind in book.starting
    }
    found: dict[str, list[EntryView]] = {}
    for entry in timeline(objects=sorted(late)) if late else ():
        found.setdefault(entry.object, []).append(entry)
    return found


def _watches(keys: Iterable[str]) -> dict[tuple[str, str], Watched]:
    columns = ", ".join(_WATCH)
    with connection.cursor() as cursor:
        cursor.execute(
            # Joined, not `= any`: a plan that was made before there were statistics reads the index all the same.
            f"select {columns} from unnest(%s::text[]) as wanted (key) join supervision_watch using (key)"  # noqa: S608
            " order by supervision_watch.id for update of supervision_watch",
            [list(keys)],
        )
        return {(row[0], row[1]): Watched(*row) for row in cursor.fetchall()}


def _cases(numbers: Iterable[str], deliveries: Sequence[Delivery]) -> dict[str, CaseFacts]:
    """The cases that the acts are about, those of the same applications, and earlier ones of who opens another."""
    applications = {number.rpartition("-")[0] or number for number in numbers} | set(numbers)
    opened = [
        (one.subjects[min(one.subjects)], str(one.entry.content.get("item", "")))
        for one in deliveries
        if one.entry.kind == Opened.kind and one.subjects
    ]
    columns = ", ".join(_CASE)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {columns} from unnest(%s::text[]) as wanted (application)"  # noqa: S608
            f" join supervision_case using (application) union select {columns} from"
            " unnest(%s::uuid[], %s::text[]) as asked (subject, item) join supervision_case using (subject, item)"
            " where result = any(%s)",
            [
                list(applications),
                [subject for subject, _item in opened],
                [item for _subject, item in opened],
                list(ENDED_WITHOUT),
            ],
        )
        return {row[0]: CaseFacts(*row) for row in cursor.fetchall()}


def _save_watches(rows: Sequence[Watched]) -> None:
    _upsert("supervision_watch", _WATCH, ("code", "key"), _WATCH_SET, rows, bump=True)


def _save_cases(rows: Sequence[CaseFacts]) -> None:
    _upsert("supervision_case", _CASE, ("number",), [name for name in _CASE if name != "number"], rows)


def _upsert(
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    written: Sequence[str],
    rows: Sequence[Any],
    *,
    bump: bool = False,
) -> None:
    if not rows:
        return
    named, setting = ", ".join(columns), ", ".join(f"{name} = excluded.{name}" for name in written)
    version, first = (", version", ", 1") if bump else ("", "")
    raised = f", version = {table}.version + 1" if bump else ""
    with connection.cursor() as cursor:
        many = len(rows) > MANY
        source = f"{table}_round" if many else f"json_populate_recordset(null::{table}, %s)"
        if many:
            _land(source, f"select {named} from {table} limit 0", columns, rows)  # noqa: S608
        cursor.execute(
            f"insert into {table} ({named}{version}) select {named}{first} from {source}"  # noqa: S608 - our own tables
            f" on conflict ({', '.join(key)}) do update set {setting}{raised}",
            [] if many else [_json(rows)],
        )


def _land(landing: str, like: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    """The rows of a large round by COPY in a table that goes with the transaction: a third cheaper than JSON."""
    values = attrgetter(*columns)
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table if not exists {landing} on commit drop as {like}")
        cursor.execute(f"truncate {landing}")  # half a round before it may have been here
        with cursor.copy(f"copy {landing} ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(values(row))


def _add_up(touched: Sequence[CaseFacts], before: Mapping[str, tuple[Group, Sequence[int]] | None]) -> None:
    """What changed in the counts: the same case again adds nothing, a corrected one moves."""
    sums: dict[Group, list[int]] = {}
    for case in touched:
        for sign, part in ((-1, before.get(case.number)), (1, counted(case))):
            if part:
                group, counts = part
                held = sums.setdefault(group, [0] * len(COUNTS))
                for place, count in enumerate(counts):
                    held[place] += sign * count
    rows = [
        {"month": group[0], "agency": group[1], "item": group[2], **dict(zip(COUNTS, counts, strict=True))}
        for group, counts in sorted(sums.items())
        if any(counts)
    ]
    if not rows:
        return
    named = ", ".join(("month", "agency", "item", *COUNTS))
    added = ", ".join(f"{name} = supervision_tally.{name} + excluded.{name}" for name in COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into supervision_tally ({named}) select {named}"  # noqa: S608 - names of our own tables
            " from jsonb_populate_recordset(null::supervision_tally, %s)"
            f" on conflict (month, agency, item) do update set {added}",
            [json.dumps(rows, default=str)],
        )


def _json(rows: Sequence[Any]) -> str:
    """Rows of one kind as JSON: a round has tens of thousands of them, so that nothing is done by value in Python."""
    names = [one.name for one in fields(rows[0])]
    values = attrgetter(*names)
    return json.dumps([dict(zip(names, values(one), strict=True)) for one in rows], default=str)
