"""The one drainer: gives committed entries dense positions, in the order in which acts followed each other.

`seq` is drawn after an act has locked its object, so acts on one object keep their order; an entry whose seal does
not fit was typed in behind the program's back and is set aside.
"""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.db import connection, transaction

from tongban.journal.ports import seal
from tongban.kernel import clock

BATCH = 5_000
#: Key of the advisory lock that makes the drainer one, whatever number of workers runs.
_LOCK = 0x746F6E67_6472

_TAKE = """
select pending.seq, entry.id, pending.origin, entry.commitment, entry.seal
from journal_pending pending left join journal_entry entry on entry.id = pending.entry
order by pending.seq limit %s
"""
_LAST = """
select coalesce(max(position), 0),
    (select coalesce(max(log_index), -1) from journal_placed where origin = 'acts'),
    (select coalesce(max(log_index), -1) from journal_placed where origin = 'public')
from journal_placed
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
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
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
    return compare_digest(seal(entry, bytes(committed)), bytes(mark))


def _place(entries: list[tuple[UUID, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        highest, acts, public = cursor.fetchone() or (0, -1, -1)
        last = {"acts": acts, "public": public}
        rows = []
        for position, (entry, origin) in enumerate(entries, highest + 1):
            last[origin] += 1
            rows.append((position, entry, origin, last[origin]))
        if rows:
            cursor.execute(_PLACE, [list(column) for column in zip(*rows, strict=True)])
