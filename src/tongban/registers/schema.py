"""Table Schema to typed tables: DDL, and the typed value of a cell."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from psycopg import sql

from tongban.kernel.canonical import Json

COLUMN_TYPES = {
    "string": "text",
    "integer": "bigint",
    "number": "numeric",
    "date": "date",
    "boolean": "boolean",
}
_WORDS = {"true": True, "是": True, "false": False, "否": False}


def table_of(register: str) -> sql.Identifier:
    """The table of a register."""
    return sql.Identifier("register", register.replace("-", "_"))


def create_statements(
    register: str, title: str, key: str, fields: Sequence[Mapping[str, Any]]
) -> list[sql.Composable]:
    """The statements that make the table of a register with its constraints and comments."""
    table = table_of(register)
    columns: list[sql.Composable] = [
        sql.SQL("{} {}{}{}").format(
            sql.Identifier(field["name"]),
            sql.SQL(COLUMN_TYPES[field["type"]]),
            sql.SQL(" not null" if field.get("required") else ""),
            _check(field),
        )
        for field in fields
    ]
    columns += [
        sql.SQL("row_source text not null"),
        sql.SQL("recorded_at timestamptz not null"),
        sql.SQL("valid_from date"),
        sql.SQL("primary key ({})").format(sql.Identifier(key)),
    ]
    made = sql.SQL("create table if not exists {} ({})").format(table, sql.SQL(", ").join(columns))
    comments = [
        sql.SQL("comment on column {}.{} is {}").format(
            table, sql.Identifier(f["name"]), sql.Literal(f["title"])
        )
        for f in fields
    ]
    return [made, sql.SQL("comment on table {} is {}").format(table, sql.Literal(title)), *comments]


def typed(field: Mapping[str, Any], text: str | None) -> Any:
    """The value of a cell.

    Raises:
        ValueError: the text is not of the field's type, or breaks its constraints; says what is expected.
    """
    if text is None or text == "":
        if field.get("required"):
            raise ValueError("a value is required")
        return None
    if (allowed := field.get("enum")) and text not in allowed:
        raise ValueError(f"{text!r} is none of {'、'.join(allowed)}")
    if (pattern := field.get("pattern")) and not re.fullmatch(pattern, text):
        raise ValueError(f"{text!r} does not have the form {pattern}")
    return _converted(field["type"], text)


def shown(value: Any) -> Json:
    """A cell's value as evidence keeps it: text for days and decimals, so that nothing is rounded."""
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if value is None or isinstance(value, str | int) else str(value)


def _converted(kind: str, text: str) -> Any:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return Decimal(text)
            case "date":
                return date.fromisoformat(text)
            case "boolean":
                return _WORDS[text]
            case _:
                return text
    except (ValueError, InvalidOperation, KeyError):
        raise ValueError(f"{text!r} is not of the type {kind}") from None


def _check(field: Mapping[str, Any]) -> sql.Composable:
    if not field.get("enum"):
        return sql.SQL("")
    allowed = sql.SQL(", ").join(sql.Literal(value) for value in field["enum"])
    return sql.SQL(" check ({} in ({}))").format(sql.Identifier(field["name"]), allowed)
