"""Finding entries: an auditor by object, actor, case, words and time; everybody in the public log, by kind."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.journal.queries import ENTRIES, EntryView, view_entry
from tongban.journal.registry import with_older


@dataclass(frozen=True)
class Sought:
    """What an auditor looks for; what is empty does not narrow. `words` are looked for in purpose and legal basis."""

    object: str = ""
    actor: str = ""
    case: str = ""
    words: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether an index leads to it; without one a search would read the whole journal."""
        return bool(self.object or self.actor or self.case or (self.since and self.until))


def search_entries(sought: Sought, *, before: UUID | None = None, limit: int = 50) -> list[EntryView]:
    """The entries that are sought, newest first; `before` is the last id seen. One statement."""
    conditions = [
        (sought.object, "entry.object = %s", sought.object),
        (sought.actor, "entry.actor = %s and entry.actor like 'officer:%%'", f"officer:{sought.actor}"),
        (
            sought.case,
            "entry.case_number = any(%s) and entry.case_number <> ''",
            [sought.case, *(f"{sought.case}-{n:02}" for n in range(1, 100))],
        ),
        (sought.words, "strpos(entry.purpose || ' ' || entry.basis, %s) > 0", sought.words),
        (sought.kind, "entry.kind = any(%s)", with_older([sought.kind])),
        (sought.since, "entry.recorded_at >= %s", sought.since),
        (sought.until, "entry.recorded_at < %s", sought.until),
        (before, "entry.id < %s", before),
    ]
    used = [(text, value) for given, text, value in conditions if given]
    where = " and ".join(text for text, _ in used) or "true"
    return _entries(f" where {where} order by entry.id desc limit %s", [*(value for _, value in used), limit])


def acts_of_system(actor: str, *, before: UUID | None = None, limit: int = 50) -> list[EntryView]:
    """What an outside system did (`subsystem:…`), newest first; `before` is the last id seen. One statement."""
    return _entries(
        " where entry.actor = %s and entry.actor like 'subsystem:%%' and (%s::uuid is null or entry.id < %s)"
        " order by entry.id desc limit %s",
        [actor, before, before, limit],
    )


def public_entries(*, kind: str = "", before: int | None = None, limit: int = 50) -> list[EntryView]:
    """What is in the public log, newest first; `before` is the last log index seen. One statement."""
    return _entries(
        " where placed.origin = 'public' and (%s = '' or entry.kind = any(%s))"
        " and (%s::bigint is null or placed.log_index < %s) order by placed.log_index desc limit %s",
        [kind, with_older([kind]), before, before, limit],
    )


def entries_of_kinds(
    kinds: Collection[str], *, since: datetime, until: datetime, after: int = 0, limit: int = 5000
) -> list[EntryView]:
    """Placed entries of these kinds recorded from `since` to before `until`, by position; `after` is the last one read."""
    return _entries(
        " where entry.kind = any(%s) and entry.recorded_at >= %s and entry.recorded_at < %s and placed.position > %s"
        " order by placed.position limit %s",
        [with_older(list(kinds)), since, until, after, limit],
    )


def latest_of(kind: str) -> EntryView | None:
    """The last entry of a rare kind (`models.RARE_KINDS`) that has its position."""
    found = _entries(
        " where entry.kind = %s and placed.position is not null order by entry.id desc limit 1", [kind]
    )
    return found[0] if found else None


def entry_at(origin: str, log_index: int) -> UUID | None:
    """The entry at an index of a log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry from journal_placed where origin = %s and log_index = %s", [origin, log_index]
        )
        row = cursor.fetchone()
    return row[0] if row else None


def waiting_since(origin: str, *, size: int) -> tuple[UUID, int] | None:
    """The oldest committed entry that a log of `size` entries has not taken, and how many wait; None if none does.

    The id is a UUIDv7: it holds the real time of the act.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select min(entry::text), count(*) from (select entry from journal_placed"
            " where origin = %s and log_index >= %s union all"
            " select entry from journal_pending where origin = %s) waiting",
            [origin, size, origin],
        )
        oldest, count = cursor.fetchone() or (None, 0)
    return (UUID(oldest), count) if oldest else None


def _entries(rest: str, values: Sequence[object]) -> list[EntryView]:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES + rest, values)  # type: ignore[arg-type]
        return [view_entry(row) for row in cursor.fetchall()]
