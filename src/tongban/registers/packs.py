"""`registers/*.yaml`: a register's Table Schema, and the CSV file with its rows beside it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from django.db import connection
from psycopg import sql
from pydantic import Field, StringConstraints

from tongban.journal.api import Subject, record, system
from tongban.kernel import clock
from tongban.packs.api import store
from tongban.packs.ports import (
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Ref,
    Section,
    Source,
    Stored,
    Text,
)
from tongban.registers.checking.across import AcrossRow
from tongban.registers.checking.domains import Domain
from tongban.registers.drops.settings import SECTIONS as DROPS
from tongban.registers.evolving import evolve, note_schema, require_what_holds
from tongban.registers.golden.packs import SECTIONS as GOLDEN
from tongban.registers.history import past_statements
from tongban.registers.kinds import RegisterLoaded
from tongban.registers.linkage.packs import SECTIONS as LINKAGES
from tongban.registers.models import Register
from tongban.registers.schema import create_statements, table_of, typed
from tongban.registers.tracking import track_statements

Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]


class FieldRow(Model):
    """A column (Table Schema: name, title, type and constraints)."""

    name: Column
    title: Text
    type: Literal["string", "integer", "number", "date", "boolean"] = "string"
    required: bool = False
    pattern: str | None = None
    enum: tuple[Text, ...] | None = None
    unique: bool = False
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    min_length: Annotated[int, Field(ge=0)] | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    #: What it holds beyond its type; says which checks it goes through.
    domain: Domain | None = None


class RegisterFile(Model):
    """The file; `data` names the CSV file with the rows, `checks` are those across columns and registers."""

    name: Annotated[Code, Names("register")]
    title: Text
    agency: Annotated[Code, Ref("agency")]
    key: Column
    fields: Annotated[tuple[FieldRow, ...], Field(min_length=1)]
    checks: tuple[AcrossRow, ...] = ()
    data: Text


def check_register(document: Document, known: Known) -> Iterable[Finding]:
    """The key is a required column, and every row of the data fits the schema."""
    register: RegisterFile = document.data
    fields = {field.name: field.model_dump() for field in register.fields}
    if register.key not in fields or not fields[register.key]["required"]:
        yield document.finding(("key",), f"the key {register.key!r} must be a required column")
    yield from _check_across(document, known, fields)
    path = _data_path(document)
    if not path.is_file():
        yield document.finding(("data",), f"there is no file {register.data!r} beside this one")
        return
    name = f"{document.pack}/registers/{register.data}"
    keys = set()
    for line, row in _rows(path):
        for column in row.keys() - fields.keys():
            yield Finding(name, line, str(column), "the register has no such column")
        if (key := row.get(register.key)) in keys:
            yield Finding(name, line, register.key, f"the key {key!r} stands twice")
        keys.add(key)
        for field in fields.values():
            try:
                typed(field, row.get(field["name"]))
            except ValueError as error:
                yield Finding(name, line, field["name"], str(error))


def _check_across(document: Document, known: Known, fields: Mapping[str, Any]) -> Iterable[Finding]:
    """Checks across columns name columns that the register has, and registers of the same agency."""
    for n, check in enumerate(document.data.checks):
        for column in check.columns():
            if column not in fields:
                yield document.finding(("checks", n), f"the register has no column {column!r}")
        other = known.get("register", {}).get(check.refers.among) if check.refers else None
        if other and other.agency != document.data.agency:
            # Whether a number stands in another agency's register is a reading, and takes a grant.
            sentence = f"the register {other.name!r} is another agency's; a check may look at one's own alone"
            yield document.finding(("checks", n, "refers", "among"), sentence)


def load_registers(documents: Sequence[Document], source: Source) -> Stored:
    """Make the tables and write the rows; a row keeps its key, so loading again changes nothing twice."""
    registers: list[tuple[RegisterFile, Document]] = [(document.data, document) for document in documents]
    for register, _ in registers:
        evolve(register.name, register.key, _said(register))
    stored = store(
        Register,
        [
            {
                "name": register.name,
                "title": register.title,
                "agency": register.agency,
                "key": register.key,
                "fields": _said(register),
                "checks": [check.model_dump(mode="json", exclude_none=True) for check in register.checks],
            }
            for register, _ in registers
        ],
        key=("name",),
        source=source,
    )
    for register, document in registers:
        fields = [field.model_dump() for field in register.fields]
        with connection.cursor() as cursor:
            for statement in (
                *create_statements(register.name, register.title, register.key, fields),
                *past_statements(register.name, register.key, fields),
                *track_statements(register.name, register.key),
            ):
                cursor.execute(statement)
        note_schema(register.name, register.key, _said(register), source=str(source))
        written = _write_rows(register, fields, _data_path(document), source)
        require_what_holds(register.name, fields)
        stored.written[f"rows of {register.name}"] = written
    return stored


def _said(register: RegisterFile) -> list[dict[str, Any]]:
    return [field.model_dump(mode="json", exclude_none=True) for field in register.fields]


def _write_rows(register: RegisterFile, fields: list[dict[str, Any]], path: Path, source: Source) -> int:
    columns = [field["name"] for field in fields]
    others = [name for name in columns if name != register.key]
    statement = sql.SQL(
        "insert into {table} as present ({columns}, row_source, recorded_at) values ({marks}) "
        "on conflict ({key}) do update set {changes}, row_source = excluded.row_source, "
        "recorded_at = excluded.recorded_at where present.row_source like 'pack:%%' "
        "and ({present}) is distinct from ({excluded})"
    ).format(
        table=table_of(register.name),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        marks=sql.SQL(", ").join([sql.Placeholder()] * (len(columns) + 2)),
        key=sql.Identifier(register.key),
        changes=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in others
        ),
        present=sql.SQL(", ").join(sql.Identifier("present", name) for name in others),
        excluded=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in others),
    )
    now = clock.now()
    rows = [
        [*(typed(field, row.get(field["name"])) for field in fields), str(source), now]
        for _, row in _rows(path)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        changed = max(int(cursor.rowcount), 0)
    if changed:
        act = RegisterLoaded(register=register.name, rows=changed, source=str(source))
        record(act, on=Subject("register", register.name, 1), by=system("packs"), agency=register.agency)
    return changed


def _data_path(document: Document) -> Path:
    return document.path.with_name(document.data.data)


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


SECTIONS = [
    Section("registers", "registers/*.yaml", RegisterFile, load_registers, check_register),
    *DROPS,
    *GOLDEN,
    *LINKAGES,
]
