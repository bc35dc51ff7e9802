"""`golden*.yaml`: golden records, for each field the registers it may come from, in their order, with law and article."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from tongban.packs.api import store
from tongban.packs.ports import (
    Cite,
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
    cites_json,
)
from tongban.registers.golden.models import GoldenRecord


class SourceRow(Model):
    """A column of a register; the record is found by the register's key."""

    hosted_register: Annotated[Code, Ref("register")]
    column: Code


class FieldRow(Model):
    """A field: `order` takes the first source that has a value, `newest` the value recorded last."""

    name: Code
    title: Text
    rule: Literal["order", "newest"] = "order"
    cite: Cite
    sources: Annotated[tuple[SourceRow, ...], Field(min_length=1)]


class RecordRow(Model):
    """A golden record; `agency` keeps it, and has grants for the same `purpose`."""

    code: Annotated[Code, Names("golden-record")]
    title: Text
    of: Literal["person", "firm"]
    agency: Annotated[Code, Ref("agency")]
    purpose: Text
    fields: Annotated[tuple[FieldRow, ...], Field(min_length=1)]


class GoldenFile(Model):
    """The file."""

    records: tuple[RecordRow, ...]


def check_golden(document: Document, known: Known) -> Iterable[Finding]:
    """Each source names a column that its register has."""
    registers = known.get("register", {})
    for number, record in enumerate(document.data.records):
        for n, field in enumerate(record.fields):
            for m, source in enumerate(field.sources):
                register = registers.get(source.hosted_register)
                if register and source.column not in {one.name for one in register.fields}:
                    place = ("records", number, "fields", n, "sources", m, "column")
                    yield document.finding(
                        place, f"the register {source.hosted_register!r} has no column {source.column!r}"
                    )


def load_golden(documents: Sequence[Document], source: Source) -> Stored:
    """Write the golden records."""
    rows = [
        {
            "code": record.code,
            "title": record.title,
            "of": record.of,
            "agency": record.agency,
            "purpose": record.purpose,
            "fields": [
                {**field.model_dump(exclude={"cite"}), "cite": cites_json([field.cite])[0]}
                for field in record.fields
            ],
        }
        for document in documents
        for record in document.data.records
    ]
    return store(GoldenRecord, rows, key=("code",), source=source)


SECTIONS = [Section("golden", "golden*.yaml", GoldenFile, load_golden, check_golden)]
