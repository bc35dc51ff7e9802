"""Snapshots: the rows of hosted registers at one moment, as Parquet files for work on all of them (design 5)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from tongban.bulk.api import export_csv, to_parquet
from tongban.kernel import clock
from tongban.kernel.errors import NotFound, Unavailable
from tongban.kernel.sentences import say
from tongban.registers.models import ChangeLog, Register
from tongban.registers.schema import table_of


@dataclass(frozen=True)
class RegisterSchema:
    """A register's key and the Table Schema types of its columns."""

    name: str
    title: str
    agency: str
    key: str
    types: Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """What a snapshot holds of one register: the file, its rows, the newest change, the greatest key, its SHA-256."""

    path: Path
    rows: int
    as_of: int
    upto: str
    digest: str


def schemas_of(names: Sequence[str]) -> dict[str, RegisterSchema]:
    """The schemas of registers, by name. One query.

    Raises:
        NotFound: there is no such register.
    """
    found = {
        row.name: RegisterSchema(
            row.name, row.title, row.agency, row.key, {field["name"]: field["type"] for field in row.fields}
        )
        for row in Register.objects.filter(name__in=names)
    }
    if missing := [name for name in names if name not in found]:
        raise NotFound(say("没有登记簿「{name}」。", name=missing[0]))
    return found


def take_snapshot(
    columns: Mapping[str, Sequence[str]],
    folder: Path,
    *,
    narrowed: Mapping[str, sql.Composable] | None = None,
) -> tuple[dict[str, Taken], datetime]:
    """The named columns of registers, all of one moment, as Parquet files in `folder`; and that moment.

    `narrowed` are conditions on the rows of a register. The files are readable by us alone; who took them deletes them.

    Raises:
        NotFound: there is no such register.
        Unavailable: a register is paused, or the bulk engine is not installed.
    """
    schemas, paused = schemas_of(list(columns)), Register.objects.filter(name__in=columns, paused=True)
    if title := paused.values_list("title", flat=True).first():
        raise Unavailable(say("「{title}」正在停机维护，等它恢复以后再运行。", title=title))
    exported: dict[str, tuple[Path, Mapping[str, str]]] = {}
    counted: dict[str, tuple[int, int, str, str]] = {}
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        taken_at = clock.now()
        reached = dict(ChangeLog.objects.filter(pk__in=columns).values_list("register", "last"))
        for name, wanted in columns.items():
            path = folder / f"{name}.csv"
            where = (narrowed or {}).get(name, sql.SQL("true"))
            rows = export_csv(_select(name, wanted, where), path)
            counted[name] = (rows, reached.get(name, 0), _greatest(name, schemas[name].key), _digest(path))
            exported[name] = path, {column: schemas[name].types[column] for column in wanted}
    made = to_parquet(exported)
    return {name: Taken(made[name], *counted[name]) for name in columns}, taken_at


def _select(register: str, columns: Sequence[str], where: sql.Composable) -> sql.Composable:
    return sql.SQL("select {} from {} where {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), table_of(register), where
    )


def _greatest(register: str, key: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select coalesce(max({}::text), '') from {}").format(
                sql.Identifier(key), table_of(register)
            )
        )
        row: tuple[Any, ...] = cursor.fetchone() or ("",)
        return str(row[0])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
