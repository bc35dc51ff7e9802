"""`linkages.yaml`: which registers are linked for which purpose, and by what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from tongban.bulk.api import FieldKind, block_parts
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
)
from tongban.registers.linkage.models import Linkage

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,20}$")]
Share = Annotated[float, Field(gt=0, lt=1)]


class LinkedRegister(Model):
    """A register, the resource it is read as, and which of its columns hold which field."""

    register_: Annotated[Code, Ref("register"), Field(alias="register")]
    resource: Annotated[Code, Ref("resource")]
    columns: Mapping[Name, Name]


class FieldTerms(Model):
    """A field that records are compared by."""

    name: Name
    title: Text
    kind: FieldKind


class LinkageRow(Model):
    """One linkage: what for, over which registers, by what, and from which probabilities on."""

    name: Annotated[Code, Names("linkage")]
    title: Text
    agency: Annotated[Code, Ref("agency")]
    purpose: Text
    basis: Annotated[tuple[Cite, ...], Field(min_length=1)]
    registers: Annotated[tuple[LinkedRegister, ...], Field(min_length=1)]
    fields: Annotated[tuple[FieldTerms, ...], Field(min_length=2)]
    #: Pairs are compared that agree in all parts of one of these; those of `certain` are one nearly always.
    blocks: Annotated[tuple[tuple[Name, ...], ...], Field(min_length=1)]
    certain: Annotated[tuple[tuple[Name, ...], ...], Field(min_length=1)]
    #: From this probability on two are one; from `review` on somebody is asked.
    same: Share = 0.95
    review: Share = 0.2

    @model_validator(mode="after")
    def _fits(self) -> Self:
        fields = {one.name: one.kind for one in self.fields}
        parts = block_parts(fields)
        for block in (*self.blocks, *self.certain):
            if strange := [part for part in block if part not in parts]:
                raise ValueError(f"{strange[0]!r} is none of {', '.join(parts)}")
        for one in self.registers:
            if strange := [name for name in one.columns if name not in fields]:
                raise ValueError(f"{one.register_!r} fills {strange[0]!r}, which is no field")
        if self.review >= self.same:
            raise ValueError("`review` must be below `same`")
        return self


class LinkageFile(Model):
    """The file."""

    linkages: Annotated[tuple[LinkageRow, ...], Field(min_length=1)]


def check_linkages(document: Document, known: Known) -> Iterable[Finding]:
    """Every column is one of its register, and other agencies' registers are read under a batch grant of the same purpose."""
    data: LinkageFile = document.data
    for n, linkage in enumerate(data.linkages):
        for m, one in enumerate(linkage.registers):
            at = ("linkages", n, "registers", m)
            register = known.get("register", {}).get(one.register_)
            if register is None:
                continue  # the reference is told already
            columns = {field.name for field in register.fields}
            for column in one.columns.values():
                if column not in columns:
                    yield document.finding((*at, "columns"), f"{register.name!r} has no column {column!r}")


def load_linkages(documents: Sequence[Document], source: Source) -> Stored:
    """Write the linkages."""
    rows: list[LinkageRow] = [row for document in documents for row in document.data.linkages]
    return store(
        Linkage,
        [
            {
                **row.model_dump(mode="json", include={"name", "title", "agency", "purpose", "basis"}),
                "terms": row.model_dump(
                    mode="json",
                    by_alias=True,
                    include={"registers", "fields", "blocks", "certain", "same", "review"},
                ),
            }
            for row in rows
        ],
        key=("name",),
        source=source,
    )


SECTIONS = [Section("linkages", "linkages*.yaml", LinkageFile, load_linkages, check_linkages)]
