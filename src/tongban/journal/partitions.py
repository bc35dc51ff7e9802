"""Monthly partitions of entries and parts: they stand 24 months ahead; the default one alarms when it fills."""

from datetime import UTC, datetime
from itertools import pairwise

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tongban.kernel.clock import real_now
from tongban.kernel.ids import uuid7_floor

MONTHS_AHEAD = 24
#: Each partitioned table with the column that says the month.
PARTITIONED = (("journal_entry", "id"), ("journal_part", "entry"))


def extend_partitions() -> None:
    """Create the partitions from this month to `MONTHS_AHEAD` months on; what stands already stays.

    Entries that fell into the default partition, because this was not run in time, move to their month.
    """
    now = real_now()
    months = [_month(now, ahead) for ahead in range(MONTHS_AHEAD + 2)]
    with transaction.atomic(), connection.cursor() as cursor:
        for begin, end in pairwise(months):
            _create_month(cursor, begin, end)


def _create_month(cursor: CursorWrapper, begin: datetime, end: datetime) -> None:
    """One month of every table. Rows of it in a default partition step aside meanwhile: a partition may not overlap them.

    Parts go first and come back last, since they point at entries.
    """
    bounds = str(uuid7_floor(begin)), str(uuid7_floor(end))
    names = [(table, column, f"{table}_{begin:%Y%m}") for table, column in PARTITIONED]
    missing = [one for one in names if not _exists(cursor, one[2])]
    for table, column, _name in reversed(names if missing else []):
        words = {"aside": sql.Identifier(f"{table}_aside"), "stray": sql.Identifier(f"{table}_default")}
        where = sql.SQL("where {} >= {} and {} < {}").format(
            sql.Identifier(column), sql.Literal(bounds[0]), sql.Identifier(column), sql.Literal(bounds[1])
        )
        cursor.execute(
            sql.SQL("create temporary table {aside} on commit drop as select * from {stray} {where}").format(
                **words, where=where
            )
        )
        cursor.execute(sql.SQL("delete from {stray} {where}").format(**words, where=where))
    for table, _column, name in missing:
        cursor.execute(
            sql.SQL("create table {} partition of {} for values from ({}) to ({})").format(
                sql.Identifier(name), sql.Identifier(table), sql.Literal(bounds[0]), sql.Literal(bounds[1])
            )
        )
    for table, _column, _name in names if missing else []:
        words = {"aside": sql.Identifier(f"{table}_aside"), "table": sql.Identifier(table)}
        cursor.execute(sql.SQL("insert into {table} select * from {aside}").format(**words))
        cursor.execute(sql.SQL("drop table {aside}").format(**words))


def _exists(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute("select to_regclass(%s) is not null", [table])
    row = cursor.fetchone()
    return bool(row and row[0])


def count_in_default() -> int:
    """Entries outside every monthly partition, at most 1,000: more than none means that `tongban migrate` is overdue."""
    with connection.cursor() as cursor:
        cursor.execute("select journal_strays()")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _month(moment: datetime, ahead: int) -> datetime:
    years, month = divmod(moment.month - 1 + ahead, 12)
    return datetime(moment.year + years, month + 1, 1, tzinfo=UTC)
