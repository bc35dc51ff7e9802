"""After a restore: entries get the log indexes that the log has given them already, and no others get those.

Run by the owner, in one transaction with the head of the log; positions stay as they are.
"""

from collections.abc import Mapping

from django.db import connection

from tongban.journal.drainer import LOCK, drain

_BEYOND = """
select placed.position, placed.entry, entry.commitment
from journal_placed placed join journal_entry entry on entry.id = placed.entry
where placed.origin = %s and placed.log_index >= %s order by placed.log_index
"""


def place_everything() -> None:
    """Place every pending entry, and keep other drainers out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    while (drained := drain()).placed or drained.unsealed:
        pass


def relocate(origin: str, *, start: int, leaves: Mapping[bytes, int], then: int) -> set[int]:
    """Give the entries of `origin` from log index `start` on the indexes of their leaves, by commitment.

    Entries without a leaf follow from index `then` on, in the order they had. Returns the indexes of leaves found.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, [origin, start])
        found, rows = set(), []
        for position, entry, committed in cursor.fetchall():
            index = leaves.get(bytes(committed))
            if index is None:
                index, then = then, then + 1
            else:
                found.add(index)
            rows.append((position, entry, origin, index))
        if rows:
            cursor.execute(
                "delete from journal_placed where origin = %s and log_index >= %s", [origin, start]
            )
            cursor.execute(
                "insert into journal_placed (position, entry, origin, log_index)"
                " select * from unnest(%s::bigint[], %s::uuid[], %s::text[], %s::bigint[])",
                [list(column) for column in zip(*rows, strict=True)],
            )
    return found


def keep_orphans(origin: str, leaves: Mapping[int, bytes]) -> None:
    """Remember leaves whose entries are lost: index and commitment; no entry ever gets those indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_orphan (origin, log_index, commitment)"
            " select %s, * from unnest(%s::bigint[], %s::bytea[])",
            [origin, list(leaves), list(leaves.values())],
        )
