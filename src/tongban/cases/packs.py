"""`ratings.yaml`: the five levels of a rating, and what people may tick beside each."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tongban.cases.models import RatingLevel
from tongban.packs.api import store
from tongban.packs.ports import Cite, Document, Model, Section, Source, Stored, Text


class LevelRow(Model):
    """One level; 1 is best (GB/T 39046 A.8)."""

    level: Annotated[int, Field(ge=1, le=5)]
    title: Text
    tags: tuple[Text, ...]
    cite: Cite


class Ratings(Model):
    """The file: all five, so that nobody is offered fewer."""

    levels: Annotated[tuple[LevelRow, ...], Field(min_length=5, max_length=5)]


def load_ratings(documents: Sequence[Document], source: Source) -> Stored:
    """Write the levels."""
    rows = [
        {
            **row.model_dump(exclude={"cite", "tags"}),
            "tags": list(row.tags),
            "cite": row.cite.model_dump(mode="json"),
        }
        for document in documents
        for row in document.data.levels
    ]
    return store(RatingLevel, rows, key=("level",), source=source)


SECTIONS = [Section("ratings", "ratings*.yaml", Ratings, load_ratings)]
