"""`drops*.yaml`: where batches arrive, typed so that `packs check` names what is wrong."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

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
from tongban.registers.drops.models import Drop

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^TONGBAN_UPSTREAM_SECRET_[A-Z0-9_]{1,60}$")]


class Operations(Model):
    """The words by which a drop says what to do with a row."""

    insert: str = "insert"
    update: str = "update"
    delete: str = "delete"


class TableDrop(Model):
    """A table of another PostgreSQL; its libpq address, which holds a secret, is an environment variable."""

    address: Variable
    table: Annotated[tuple[Name, ...], Field(min_length=1, max_length=2)]
    columns: Annotated[dict[Code, Name], Field(min_length=1)]
    batch: Name = "batch_id"
    declared: Name = "batch_rows"
    number: Name = "row_no"
    operation: Name = "operation"
    status: Name = "status"
    code: Name = "return_code"
    message: Name = "return_message"
    waiting: str = "0"
    taken: str = "1"
    failed: str = "2"
    operations: Operations = Operations()


class FileDrop(Model):
    """A folder below `drops` in the data folder; `columns` are headers (CSV) or names (NDJSON) by our columns."""

    folder: Code
    columns: Annotated[dict[Code, Text], Field(min_length=1)]
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    #: The column that says what to do with a row; without it every row is inserted or replaced.
    operation: Text | None = None
    operations: Operations = Operations()


class DropRow(Model):
    """A drop of one sort or the other, looked at every so many seconds."""

    code: Annotated[Code, Names("drop")]
    title: Text
    into: Annotated[Code, Ref("register")]
    table: TableDrop | None = None
    file: FileDrop | None = None
    every_s: Annotated[int, Field(ge=1, le=86400)] = 30

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.table is None) == (self.file is None):
            raise ValueError("name either a `table` or a `file`")
        return self


class Drops(Model):
    """The file."""

    drops: tuple[DropRow, ...] = ()


def check_drops(document: Document, known: Known) -> Iterable[Finding]:
    """A drop fills columns that its register has, its key and what is required among them."""
    for number, drop in enumerate(document.data.drops):
        register = known.get("register", {}).get(drop.into)
        if register is None:
            continue
        sort = "table" if drop.table else "file"
        columns = (drop.table or drop.file).columns
        fields = {field.name: field for field in register.fields}
        for name in columns:
            if name not in fields:
                place = ("drops", number, sort, "columns", name)
                yield document.finding(place, f"the register {drop.into!r} has no column {name!r}")
        for name, field in fields.items():
            if name not in columns and (field.required or name == register.key):
                yield document.finding(
                    ("drops", number, sort, "columns"),
                    f"the column {name!r} is required and comes from nowhere",
                )


def load_drops(documents: Sequence[Document], source: Source) -> Stored:
    """Write the drops."""
    rows = [
        {
            "code": row.code,
            "title": row.title,
            "register": row.into,
            "settings": row.model_dump(mode="json"),
        }
        for document in documents
        for row in document.data.drops
    ]
    return store(Drop, rows, key=("code",), source=source)


SECTIONS = [Section("drops", "drops*.yaml", Drops, load_drops, check_drops)]
