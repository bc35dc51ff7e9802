"""The order of a register's changes: noted by triggers, placed by one drainer, kept for a while (design 2).

Positions are given after the change was committed, by one process under an advisory lock, so a reader whose cursor is
a position loses nothing, whatever number of writers commit out of order. The sequence that triggers draw is never a
cursor: it only keeps the order of changes of one row, whose lock the writer held.
"""

from datetime import timedelta

from django.db import connection, transaction
from psycopg import sql

from tongban.kernel import clock
from tongban.registers.schema import table_of

#: Key of the advisory lock that makes the drainer one, whatever number of workers runs.
LOCK = 0x746F6E67_6368
BATCH = 50_000
#: Who has not read for so long begins again with a snapshot.
KEPT = timedelta(days=180)

_PLACE = """
with waiting as (
    select seq, sum(rows) over (order by seq) as upto, row_number() over (order by seq) as place
    from (select seq, rows from registers_pending_change order by seq limit %(limit)s) first
), taken as materialized (
    select seq, register, keys, op from registers_pending_change join waiting using (seq)
    where upto <= %(limit)s or place = 1
), placed as (
    insert into registers_change (register, position, key, op, at)
    select taken.register,
        coalesce(log.last, 0) + row_number() over (partition by taken.register order by taken.seq, noted.place),
        noted.key, taken.op, %(at)s
    from taken cross join unnest(taken.keys) with ordinality as noted (key, place)
    left join registers_change_log log on log.register = taken.register
    returning register, position
), moved as (
    insert into registers_change_log (register, first, last) select register, 1, max(position) from placed group by register
    on conflict (register) do update set last = excluded.last
), gone as (
    delete from registers_pending_change where seq in (select seq from taken)
)
select count(*) from placed
"""
_FORGET = """
with oldest as (
    select log.register, coalesce(
        (select min(position) from registers_change kept where kept.register = log.register and kept.at >= %(before)s),
        log.last + 1) as first
    from registers_change_log log
), moved as (
    update registers_change_log log set first = oldest.first
    from oldest where oldest.register = log.register and oldest.first > log.first returning log.register, log.first
), gone as (
    delete from registers_change old using moved
    where old.register = moved.register and old.position < moved.first returning 1
)
select count(*) from gone
"""
_CALL = "for each statement execute function registers_note_change({register}, {key})"
_TRACK = (
    f"create or replace trigger note_insert after insert on {{table}} referencing new table as after_rows {_CALL}",
    f"create or replace trigger note_update after update on {{table}} referencing old table as before_rows new table as after_rows {_CALL}",
    f"create or replace trigger note_delete after delete on {{table}} referencing old table as before_rows {_CALL}",
    f"create or replace trigger note_truncate before truncate on {{table}} {_CALL}",
)


def changes_wait() -> bool:
    """Whether a committed change has no position yet: one cheap statement, for an idle worker."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from registers_pending_change)")
        return bool((cursor.fetchone() or [False])[0])


def place_changes(*, limit: int = BATCH) -> int:
    """Give up to `limit` committed changes their positions; returns how many. Nothing while another one does it.

    What was noted together is placed together, if need be above the limit.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        cursor.execute(_PLACE, {"limit": limit, "at": clock.now()})
        return int((cursor.fetchone() or [0])[0])


def forget_changes() -> int:
    """Drop what is older than half a year, from the oldest on; cursors before it have expired. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not (cursor.fetchone() or [False])[0]:
            return 0
        cursor.execute(_FORGET, {"before": clock.now() - KEPT})
        return int((cursor.fetchone() or [0])[0])


def track_statements(register: str, key: str) -> list[sql.Composable]:
    """The statements that have a register's table note its changes; a table that does already stays as it is."""
    table = table_of(register)
    words = {"table": table, "register": sql.Literal(register), "key": sql.Literal(key)}
    return [sql.SQL(one).format(**words) for one in _TRACK]
