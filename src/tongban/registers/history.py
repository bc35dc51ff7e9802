"""What rows of a register were before: kept by triggers as rows replace each other, whoever writes (design 5).

The row that stands says since when it is valid in the world (`valid_from`) and since when it was recorded here
(`recorded_at`); one that was replaced or deleted lies in the schema `register_past`, with the moment and what did it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tongban.registers.schema import COLUMN_TYPES, table_of

_KEEP = (
    (
        "create or replace trigger keep_update after update on {table} referencing old table as before_rows"
        " new table as after_rows for each statement execute function registers_keep_past({key})"
    ),
    (
        "create or replace trigger keep_delete after delete on {table} referencing old table as before_rows"
        " for each statement execute function registers_keep_past({key})"
    ),
)


@dataclass(frozen=True)
class Version:
    """A row of a register as it stood for a while; never its content. `until` is None for the one that stands."""

    source: str
    valid_from: date | None
    recorded_at: datetime
    until: datetime | None
    replaced_by: str


def past_of(register: str) -> sql.Identifier:
    """The table of what rows of a register were before."""
    return sql.Identifier("register_past", register.replace("-", "_"))


def past_statements(register: str, key: str, fields: Sequence[Mapping[str, Any]]) -> list[sql.Composable]:
    """The statements that have a register keep what its rows were; run again, they change nothing."""
    table, past = table_of(register), past_of(register)
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(field["name"]), sql.SQL(COLUMN_TYPES[field["type"]]))
        for field in fields
    ]
    made = sql.SQL(
        "create table if not exists {} ({}, row_source text, recorded_at timestamptz, valid_from date,"
        " recorded_until timestamptz, replaced_by text)"
    ).format(past, sql.SQL(", ").join(columns))
    index = sql.SQL("create index if not exists {} on {} ({}, recorded_at)").format(
        sql.Identifier(f"{register.replace('-', '_')}_past"[:63]), past, sql.Identifier(key)
    )
    words = {"table": table, "key": sql.Literal(key)}
    return [
        sql.SQL("create schema if not exists register_past"),
        sql.SQL("alter table {} add column if not exists valid_from date").format(table),
        made,
        index,
        *(sql.SQL(one).format(**words) for one in _KEEP),
    ]


def tell_deleting(cursor: CursorWrapper, *, at: datetime, by: str) -> None:
    """Say when and by what rows are deleted in the transaction at hand; what they were is kept with it."""
    cursor.execute(
        "select set_config('tongban.deleted_at', %s, true), set_config('tongban.deleted_by', %s, true)",
        [at.isoformat(), by],
    )


def versions_of(register: str, key: str, value: str) -> list[Version]:
    """How the row with this key came to be what it is, the newest first. One query."""
    own = "row_source, valid_from, recorded_at"
    statement = sql.SQL(
        "select {own}, null::timestamptz as until, '' from {table} where {key}::text = %s"
        " union all select {own}, recorded_until, coalesce(replaced_by, '') from {past} where {key}::text = %s"
        " order by recorded_at desc, until desc nulls first"
    ).format(own=sql.SQL(own), table=table_of(register), past=past_of(register), key=sql.Identifier(key))
    with connection.cursor() as cursor:
        cursor.execute(statement, [value, value])
        return [Version(*row) for row in cursor.fetchall()]
