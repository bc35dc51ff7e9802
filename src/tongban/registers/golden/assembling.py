"""Putting a golden record together: each register asked once, in one statement, then each field settled by its rule."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from psycopg import sql

from tongban.kernel.sentences import Sentence, say
from tongban.packs.ports import Cite
from tongban.registers.golden.models import GoldenRecord
from tongban.registers.models import Register
from tongban.registers.schema import table_of

#: What a reader may see: columns by register; None: all of them.
Reach = Mapping[str, Collection[str]] | None


@dataclass(frozen=True)
class Candidate:
    """What one register says of a field, since when, and where that came from. `lost` says why it was not taken."""

    register: str
    register_title: str
    agency: str
    column: str
    value: str
    since: date
    origin: str
    lost: Sentence | None = None
    #: It lost, and says something else than what was taken.
    differs: bool = False


@dataclass(frozen=True)
class GoldenField:
    """A field: what is taken (None: no source has it), what lost, and the sources that were not read, each with the reason."""

    name: str
    title: str
    rule: str
    cite: Cite
    taken: Candidate | None
    lost: tuple[Candidate, ...]
    unread: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class GoldenView:
    """The golden record of one person or firm; `known` says whether any source has a record."""

    code: str
    title: str
    of: str
    fields: tuple[GoldenField, ...]
    known: bool


@dataclass(frozen=True)
class _Held:
    """A register's row as it stands: its declared columns, since when, from where."""

    values: Mapping[str, str | None]
    since: date
    origin: str


def assemble(record: GoldenRecord, number: str, reach: Reach) -> GoldenView:
    """The golden record of `number`, as far as the reader's `reach` goes. Two queries."""
    wanted: dict[str, set[str]] = {}
    for field in record.fields:
        for source in field["sources"]:
            wanted.setdefault(source["hosted_register"], set()).add(source["column"])
    registers = {row.name: row for row in Register.objects.filter(pk__in=wanted)}
    readable = {
        name: _readable(register, wanted[name], reach)
        for name, register in registers.items()
        if not register.paused
    }
    held = _rows({name: columns for name, columns in readable.items() if columns}, registers, number)
    fields = tuple(_settled(field, registers, readable, held) for field in record.fields)
    return GoldenView(record.code, record.title, record.of, fields, bool(held))


def _readable(register: Register, wanted: Collection[str], reach: Reach) -> dict[str, str]:
    """The wanted columns that the register has and the reader may see, with their types."""
    return {
        field["name"]: field["type"]
        for field in register.fields
        if field["name"] in wanted and (reach is None or field["name"] in reach.get(register.name, ()))
    }


def _rows(
    columns: Mapping[str, Mapping[str, str]], registers: Mapping[str, Register], number: str
) -> dict[str, _Held]:
    """The row of `number` in each register, where there is one. One query, none without registers."""
    if not columns:
        return {}
    parts = [
        sql.SQL(
            "select {name}, jsonb_build_object({pairs}), coalesce(valid_from, recorded_at::date), row_source"
            " from {table} where {key}::text = %(number)s"
        ).format(
            name=sql.Literal(name),
            pairs=sql.SQL(", ").join(_pair(column, kind) for column, kind in chosen.items()),
            table=table_of(name),
            key=sql.Identifier(registers[name].key),
        )
        for name, chosen in columns.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(parts), {"number": number})
        return {
            name: _Held(json.loads(values), since, origin)
            for name, values, since, origin in cursor.fetchall()
        }


def _pair(column: str, kind: str) -> sql.Composable:
    """A column's name and its value as text, as evidence says it."""
    said = "case when {0} then '是' when not {0} then '否' end" if kind == "boolean" else "{0}::text"
    return sql.SQL(f"{{1}}, {said}").format(sql.Identifier(column), sql.Literal(column))


def _settled(
    field: Mapping[str, Any],
    registers: Mapping[str, Register],
    readable: Mapping[str, Mapping[str, str]],
    held: Mapping[str, _Held],
) -> GoldenField:
    """What a field's sources say, in their order, and which of them is taken."""
    found: list[Candidate] = []
    unread: list[tuple[str, Sentence]] = []
    for source in field["sources"]:
        name, column = source["hosted_register"], source["column"]
        if (register := registers.get(name)) is None:
            continue
        if column not in readable.get(name, ()):
            unread.append((register.title, _why_unread(register)))
        elif (row := held.get(name)) is None:
            unread.append((register.title, say("没有这个号码的记录")))
        else:
            value = row.values[column] or ""
            said = (name, register.title, register.agency, column, value, row.since, row.origin)
            found.append(Candidate(*said))
    taken = _taken(found, field["rule"])
    lost = tuple(_lost(one, taken, field["rule"]) for one in found if one is not taken)
    cite = Cite.model_validate(field["cite"])
    return GoldenField(field["name"], field["title"], field["rule"], cite, taken, lost, tuple(unread))


def _why_unread(register: Register) -> Sentence:
    if register.paused:
        return say("停机维护，没有读")
    return say("本部门没有成批读取它的授权，没有读")


def _taken(found: Sequence[Candidate], rule: str) -> Candidate | None:
    """The first that says something; under `newest` the one that has held since the latest day, the first of several."""
    speaking = [one for one in found if one.value]
    if not speaking:
        return None
    return max(speaking, key=lambda one: one.since) if rule == "newest" else speaking[0]


def _lost(one: Candidate, taken: Candidate | None, rule: str) -> Candidate:
    """A candidate with the reason why it is not taken."""
    if taken is None or not one.value:
        return replace(one, lost=say("空着"))
    if one.value == taken.value:
        return replace(one, lost=say("与采用的相同"))
    if rule == "newest" and one.since < taken.since:
        why = say("比采用的早，取最新的一条")
    else:
        why = say("按次序排在「{register}」之后", register=taken.register_title)
    return replace(one, lost=why, differs=True)
