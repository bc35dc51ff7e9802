"""The one drainer: gives committed entries dense positions, in the order in which acts followed each other.

`seq` is drawn after an act has locked its object, so acts on one object keep their order; an entry whose seal does
not fit was typed in behind the program's back and is set aside.
"""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.db import connection, transaction

from tongban.journal.ports import seal
from tongban.journal.registry import ORIGINS
from tongban.kernel import clock

BATCH = 5_000
#: Key of the advisory lock that makes the drainer one, whatever number of workers runs.
LOCK = 0x746F6E67_6472
#: A process that was stopped in the middle of a round loses its session, and with it the lock, after so long.
PATIENCE_S = 30

_TAKE = """
select pending.seq, entry.id, pending.origin, entry.commitment, entry.seal
from journal_pending pending left join journal_entry entry on entry.id = pending.entry
order by pending.seq limit %s
"""
_LAST = """
select coalesce((select max(position) from journal_placed), 0), origin, greatest(
    (select max(log_index) from journal_placed where origin = named.origin),
    (select max(log_index) from journal_orphan where origin = named.origin), -1)
from unnest(%s::text[]) named (origin)
"""
_PLACE = """
with placed as (
    insert into journal_placed (position, entry, origin, log_index)
    select * from unnest(%s::bigint[], %s::uuid[], %s::text[], %s::bigint[]) returning position, entry
)
insert into journal_subject (subject, position, entry)
select distinct part.subject, placed.position, placed.entry
from placed join journal_part part on part.entry = placed.entry where part.subject is not null
"""


@dataclass(frozen=True)
class Drained:
    """What one round did: entries placed, entries set aside for a wrong seal."""

    placed: int
    unsealed: int


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
        sealed = [
            (entry, origin) for _, entry, origin, committed, mark in taken if _fits(entry, committed, mark)
        ]
        kept = {entry for entry, _ in sealed}
        foreign = [entry for _, entry, *_ in taken if entry and entry not in kept]
        _place(sealed)
        if foreign:
            cursor.execute(
                "insert into journal_unsealed select unnest(%s::uuid[]), %s on conflict do nothing",
                [foreign, clock.now()],
            )
        cursor.execute("delete from journal_pending where seq = any(%s)", [[seq for seq, *_ in taken]])
    return Drained(len(sealed), len(foreign))


def _fits(entry: UUID | None, committed: bytes | None, mark: bytes | None) -> bool:
    if entry is None or committed is None or mark is None:
        return False
    return compare_digest(seal(entry.bytes + bytes(committed)), bytes(mark))


def _place(entries: list[tuple[UUID, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(ORIGINS)])
        found = cursor.fetchall()
        last = {origin: log_index for _, origin, log_index in found}
        rows = []
        for position, (entry, origin) in enumerate(entries, found[0][0] + 1):
            last[origin] += 1
            rows.append((position, entry, origin, last[origin]))
        if rows:
            cursor.execute(_PLACE, [list(column) for column in zip(*rows, strict=True)])
