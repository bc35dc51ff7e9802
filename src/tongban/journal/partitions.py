"""Monthly partitions of entries and parts: they stand 24 months ahead; the default one alarms when it fills."""

from datetime import UTC, datetime
from itertools import pairwise

from django.db import connection
from psycopg import sql

from tongban.kernel.clock import real_now
from tongban.kernel.ids import uuid7_floor

MONTHS_AHEAD = 24
PARTITIONED = ("journal_entry", "journal_part")


def extend_partitions() -> None:
    """Create the partitions from this month to `MONTHS_AHEAD` months on; what stands already stays."""
    now = real_now()
    months = [_month(now, ahead) for ahead in range(MONTHS_AHEAD + 2)]
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            for begin, end in pairwise(months):
                cursor.execute(
                    sql.SQL(
                        "create table if not exists {} partition of {} for values from ({}) to ({})"
                    ).format(
                        sql.Identifier(f"{table}_{begin:%Y%m}"),
                        sql.Identifier(table),
                        sql.Literal(str(uuid7_floor(begin))),
                        sql.Literal(str(uuid7_floor(end))),
                    )
                )


def count_in_default() -> int:
    """Entries outside every monthly partition: more than none means that `tongban migrate` is overdue."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from (select 1 from journal_entry_default limit 1000) as some")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _month(moment: datetime, ahead: int) -> datetime:
    years, month = divmod(moment.month - 1 + ahead, 12)
    return datetime(moment.year + years, month + 1, 1, tzinfo=UTC)
