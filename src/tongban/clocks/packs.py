"""`limits.yaml`: limits of general law, dated, each with its article."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tongban.clocks.models import LimitRule
from tongban.packs.api import store
from tongban.packs.ports import Cite, Code, Document, Model, Names, Section, Source, Stored, Text


class LimitRow(Model):
    """One limit; an amount of 0 is on the spot (当场)."""

    code: Annotated[Code, Names("limit")]
    title: Text
    amount: Annotated[int, Field(ge=0, le=400)]
    unit: Literal["working_day", "day"]
    cite: Cite
    valid_from: date
    valid_to: date | None = None


class Limits(Model):
    """The file."""

    limits: tuple[LimitRow, ...]


def load_limits(documents: Sequence[Document], source: Source) -> Stored:
    """Write the limits."""
    rows = [
        {**row.model_dump(exclude={"cite"}), "cite": row.cite.model_dump(mode="json")}
        for document in documents
        for row in document.data.limits
    ]
    return store(LimitRule, rows, key=("code", "valid_from"), source=source)


SECTIONS = [Section("limits", "limits*.yaml", Limits, load_limits)]
