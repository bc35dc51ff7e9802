"""`laws.yaml`: the laws that cites may name, so that no title is misspelt."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from tongban.packs.actions import store
from tongban.packs.models import Law
from tongban.packs.ports import Document, Model, Names, Section, Source, Stored, Text


class LawRow(Model):
    """A law by its short title; `number` is the order or paper number."""

    title: Annotated[Text, Names("law")]
    full_title: Text
    kind: Literal["law", "regulation", "rule", "paper", "local", "standard"]
    number: str = ""
    in_force_on: date | None = None


class Laws(Model):
    """The file."""

    laws: tuple[LawRow, ...]


def load_laws(documents: Sequence[Document], source: Source) -> Stored:
    """Write the laws."""
    rows = [row.model_dump() for document in documents for row in document.data.laws]
    return store(Law, rows, key=("title",), source=source)


def known_laws() -> frozenset[str]:
    """The short titles that cites may name; one query."""
    return frozenset(Law.objects.values_list("title", flat=True))


SECTIONS = [Section("laws", "laws*.yaml", Laws, load_laws)]
