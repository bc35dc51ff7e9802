"""The one drainer: gives committed entries dense positions, in the order in which acts followed each other.

`seq` is drawn after an act has locked its object, so acts on one object keep their order; an entry whose seal does
not fit was typed in behind the program's back and is set aside.
"""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.db import connection, transaction

from tongban.journal.ports import seal
from tongban.journal.registry import ORIGINS, all_kinds
from tongban.kernel import clock

BATCH = 8_192
#: Key of the advisory lock that makes the drainer one, whatever number of workers runs.
LOCK = 0x746F6E67_6472
#: A process that was stopped in the middle of a round loses its session, and with it the lock, after so long.
PATIENCE_S = 30

_TAKE = "select seq, entry, origin from journal_pending order by seq limit %s"
#: Identifiers grow with time: what waits lies together, and a range of the key is read in one piece.
_ENTRIES = """
select id, kind, commitment, seal from journal_entry where id between %s and %s and id = any(%s)
"""
_PLACED = "select entry from journal_placed where entry between %s and %s and entry = any(%s)"
_LAST = """
select coalesce((select max(position) from journal_placed), 0), origin, greatest(
    (select max(log_index) from journal_placed where origin = named.origin),
    (select max(log_index) from journal_orphan where origin = named.origin), -1)
from unnest(%s::text[]) named (origin)
"""
_PLACE = "copy journal_placed (position, entry, origin, log_index) from stdin"
_INDEX = """
insert into journal_subject (subject, position, entry)
select part.subject, placed.position, part.entry
from journal_part part join journal_placed placed on placed.entry = part.entry
where part.entry between %(low)s and %(high)s and placed.entry between %(low)s and %(high)s
    and placed.position >= %(first)s and part.subject is not null
on conflict do nothing
"""


@dataclass(frozen=True)
class Drained:
    """What one round did: entries placed, entries set aside for a wrong seal."""

    placed: int
    unsealed: int


def entries_wait() -> bool:
    """Whether an entry has no position yet: one cheap statement, since an idle worker asks it ten times a second."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from journal_pending)")
        return bool((cursor.fetchone() or [False])[0])


def drain(*, limit: int = BATCH) -> Drained:
    """Place up to `limit` pending entries; does nothing while another drainer is at work."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local idle_in_transaction_session_timeout = '{PATIENCE_S}s'")
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
        if not row or not row[0]:
            return Drained(0, 0)
        cursor.execute(_TAKE, [limit])
        taken = cursor.fetchall()
        if not taken:
            return Drained(0, 0)
        sealed = _sealed(taken)
        kept = {entry for entry, _ in sealed}
        foreign = _not_ours([entry for _, entry, _ in taken if entry not in kept])
        _place(sealed)
        if foreign:
            cursor.execute(
                "insert into journal_unsealed select unnest(%s::uuid[]), %s on conflict do nothing",
                [foreign, clock.now()],
            )
        cursor.execute(
            "delete from journal_pending where seq between %s and %s and seq = any(%s)",
            [taken[0][0], taken[-1][0], [seq for seq, *_ in taken]],
        )
    return Drained(len(sealed), len(foreign))


def _sealed(taken: list[tuple[int, UUID, str]]) -> list[tuple[UUID, str]]:
    """What the program itself wrote, and wants placed where its kind belongs; in order, each once."""
    entries = {entry for _, entry, _ in taken}
    with connection.cursor() as cursor:
        words = (min(entries), max(entries), list(entries))
        cursor.execute(_ENTRIES, words)
        fitting = {
            entry: kind for entry, kind, committed, mark in cursor.fetchall() if _fits(entry, committed, mark)
        }
        cursor.execute(_PLACED, words)
        for (entry,) in cursor.fetchall():
            fitting.pop(entry, None)
    kinds = all_kinds()
    found = []
    for _, entry, origin in taken:
        kind = fitting.get(entry)
        if kind is not None and origin == (kinds[kind].origin if kind in kinds else origin) in ORIGINS:
            found.append((entry, origin))
            del fitting[entry]
    return found


def _not_ours(entries: list[UUID]) -> list[UUID]:
    """Those that stand in the journal and have no place: a mark of nothing, or of a placed entry, says nothing."""
    if not entries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from journal_entry entry where id = any(%s)"
            " and not exists (select 1 from journal_placed placed where placed.entry = entry.id)",
            [entries],
        )
        return [entry for (entry,) in cursor.fetchall()]


def _fits(entry: UUID, committed: bytes, mark: bytes) -> bool:
    return compare_digest(seal(entry, bytes(committed)), bytes(mark))


def _place(entries: list[tuple[UUID, str]]) -> None:
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(ORIGINS)])
        found = cursor.fetchall()
        first = found[0][0] + 1
        last = {origin: log_index for _, origin, log_index in found}
        rows = []
        for position, (entry, origin) in enumerate(entries, first):
            last[origin] += 1
            rows.append(f"{position}\t{entry}\t{origin}\t{last[origin]}\n")
        with cursor.copy(_PLACE) as copy:
            copy.write("".join(rows))
        ids = [entry for entry, _ in entries]
        cursor.execute(_INDEX, {"low": min(ids), "high": max(ids), "first": first})
