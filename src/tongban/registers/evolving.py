"""A register's schema changes with its pack: the table follows without losing a row, and each schema keeps its number.

What nobody declares any more stays in the table, unread. A change that would break who reads the register (a column gone,
of another type, another key) is refused while grants depend on it, and the sentence lists them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tongban.exchange.api import grants_on_columns
from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Conflict
from tongban.kernel.sentences import say
from tongban.registers.history import past_of
from tongban.registers.kinds import SchemaChanged
from tongban.registers.models import Register, SchemaVersion
from tongban.registers.schema import COLUMN_TYPES, table_of

Fields = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Changes:
    """What differs between two schemas of a register, as columns. `breaking`: who reads them reads otherwise."""

    added: tuple[str, ...]
    retired: tuple[str, ...]
    retyped: tuple[str, ...]
    limited: tuple[str, ...]
    key: bool

    @property
    def breaking(self) -> tuple[str, ...]:
        """The columns whose readers break."""
        return (*self.retired, *self.retyped)


def changes_between(before: Fields, after: Fields, *, key: bool) -> Changes:
    """What differs; titles and checks do not count. `key`: it is another one."""
    both = [name for name in after if name in before]
    retyped = tuple(name for name in both if before[name]["type"] != after[name]["type"])
    limits = ("required", "enum")
    limited = tuple(
        name
        for name in both
        if name in retyped
        or any((before[name].get(one) or None) != (after[name].get(one) or None) for one in limits)
    )
    return Changes(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        retyped,
        limited,
        key,
    )


def evolve(register: str, key: str, fields: Sequence[Mapping[str, Any]]) -> None:
    """Have the table of a register follow its new schema, before the schema is written down. Nothing if it is new.

    Raises:
        Conflict: grants depend on what would break, or rows do not fit; nothing was changed.
    """
    held = Register.objects.filter(pk=register).first()
    if held is None:
        return
    before, after = ({field["name"]: field for field in one} for one in (held.fields, fields))
    changes = changes_between(before, after, key=held.key != key)
    if not any((changes.added, changes.retired, changes.limited, changes.key)):
        return
    _check_grants(held, changes, before)
    for statement, sentence in _statements(held, key, changes, after):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError as error:
            raise Conflict(sentence) from error
    with transaction.atomic():
        version = bump(Register, register)
        act = SchemaChanged(
            register=register,
            added=list(changes.added),
            retired=list(changes.retired),
            retyped=list(changes.retyped),
        )
        record(act, on=Subject("register", register, version), by=system("packs"), agency=held.agency)


def note_schema(register: str, key: str, fields: Sequence[Mapping[str, Any]], *, source: str) -> None:
    """Give a schema its number, unless it is the newest one already."""
    newest = SchemaVersion.objects.filter(register=register).order_by("-number").first()
    said = [dict(field) for field in fields]
    if newest is None or (newest.fields, newest.key) != (said, key):
        SchemaVersion.objects.create(
            register=register,
            number=(newest.number if newest else 0) + 1,
            key=key,
            fields=said,
            since=clock.now(),
            source=source,
        )


def require_what_holds(register: str, fields: Sequence[Mapping[str, Any]]) -> None:
    """Have the database require the columns that the schema requires and that every row has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped"
            " and not attnotnull",
            [table_of(register).as_string(cursor.connection)],
        )
        loose = {row[0] for row in cursor.fetchall()}
        for name in (field["name"] for field in fields if field.get("required") and field["name"] in loose):
            words = {"table": table_of(register), "column": sql.Identifier(name)}
            cursor.execute(
                sql.SQL("select exists (select 1 from {table} where {column} is null)").format(**words)
            )
            if not (cursor.fetchone() or (True,))[0]:
                cursor.execute(
                    sql.SQL("alter table {table} alter column {column} set not null").format(**words)
                )


def _check_grants(held: Register, changes: Changes, before: Fields) -> None:
    broken = list(before) if changes.key else list(changes.breaking)
    found = grants_on_columns(held.name, broken) if broken else []
    if not found:
        return
    listed = "；".join(
        f"{one.code}（{'、'.join(before[item]['title'] for item in one.items)}）" for one in found
    )
    raise Conflict(
        say(
            "登记簿「{title}」的结构不能这样改：下面的授权还在用要去掉或者要改的列：{grants}。先请使用部门改用别的列，或者停止授权。",
            title=held.title,
            grants=listed,
        )
    )


def _statements(
    held: Register, key: str, changes: Changes, after: Fields
) -> list[tuple[sql.Composable, str]]:
    """The statements, each with what is said if rows do not fit it."""
    table, past = table_of(held.name), past_of(held.name)
    made: list[tuple[sql.Composable, str]] = []

    def add(text: str, sentence: str = "", **words: sql.Composable) -> None:
        made.append((sql.SQL(text).format(table=table, past=past, **words), sentence))

    for name in changes.added:
        words = {"column": sql.Identifier(name), "type": sql.SQL(COLUMN_TYPES[after[name]["type"]])}
        add("alter table {table} add column if not exists {column} {type}", _clash(held, name), **words)
        add("alter table {past} add column if not exists {column} {type}", _clash(held, name), **words)
    for name in changes.retired:
        add("alter table {table} alter column {column} drop not null", column=sql.Identifier(name))
    for name in changes.retyped:
        said = say(
            "登记簿「{title}」里「{column}」的值有的不能变成新的类型，结构没有改。请先更正这些记录。",
            title=held.title,
            column=after[name]["title"],
        )
        words = {"column": sql.Identifier(name), "type": sql.SQL(COLUMN_TYPES[after[name]["type"]])}
        old = sql.Identifier(f"{name} before {held.version}")
        add("alter table {table} drop constraint if exists {check}", check=_enum_of(held.name, name))
        add(
            "alter table {table} alter column {column} type {type} using {column}::text::{type}",
            said,
            **words,
        )
        # What rows were before keeps its type under another name.
        add("alter table {past} rename column {column} to {old}", column=words["column"], old=old)
        add("alter table {past} add column {column} {type}", column=words["column"], type=words["type"])
    for name in (*changes.limited, *changes.added):
        _limit(add, held, name, after[name], is_key=name == key)
    if changes.key:
        words = {"key": sql.Identifier(key), "name": sql.Identifier(f"{held.name.replace('-', '_')}_pkey")}
        said = say("登记簿「{title}」里新的主键有空的或者重复的，结构没有改。", title=held.title)
        add("alter table {table} drop constraint {name}", said, **words)
        add("alter table {table} add constraint {name} primary key ({key})", said, **words)
    return made


def _limit(add: Any, held: Register, name: str, field: Mapping[str, Any], *, is_key: bool) -> None:
    """What the database itself keeps of a column: its list of values, and whether it may be empty."""
    check, column = _enum_of(held.name, name), sql.Identifier(name)
    if not is_key:
        # Required again below, where every row has it.
        add("alter table {table} alter column {column} drop not null", column=column)
    add("alter table {table} drop constraint if exists {check}", check=check)
    if field.get("enum"):
        said = say(
            "登记簿「{title}」里「{column}」有的值不在新的取值里，结构没有改。请先更正这些记录。",
            title=held.title,
            column=field["title"],
        )
        allowed = sql.SQL(", ").join(sql.Literal(value) for value in field["enum"])
        add(
            "alter table {table} add constraint {check} check ({column} in ({allowed}))",
            said,
            check=check,
            column=column,
            allowed=allowed,
        )


def _enum_of(register: str, column: str) -> sql.Identifier:
    """The constraint of a column's list of values, as the database names it when the table is made."""
    return sql.Identifier(f"{register.replace('-', '_')}_{column}_check")


def _clash(held: Register, name: str) -> str:
    return say("登记簿「{title}」里已经有别的「{name}」列，请换一个列名。", title=held.title, name=name)
