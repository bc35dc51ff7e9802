"""`delays*.yaml`: on which grounds a person may be told later, and for how many days at most."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tongban.exchange.metering.models import DelayGround
from tongban.packs.api import store
from tongban.packs.ports import Cite, Code, Document, Model, Names, Section, Source, Stored, Text


class DelayRow(Model):
    """A ground. The law gives no number of days: `days_max` is the jurisdiction's own choice."""

    code: Annotated[Code, Names("delay-ground")]
    title: Text
    days_max: Annotated[int, Field(ge=1, le=3650)]
    cite: Cite


class DelayGrounds(Model):
    """The file."""

    grounds: tuple[DelayRow, ...] = ()


def load_delays(documents: Sequence[Document], source: Source) -> Stored:
    """Write the grounds."""
    rows = [
        {
            "code": row.code,
            "title": row.title,
            "days_max": row.days_max,
            "cite": row.cite.model_dump(mode="json"),
        }
        for document in documents
        for row in document.data.grounds
    ]
    return store(DelayGround, rows, key=("code",), source=source)


SECTIONS = [Section("delays", "delays*.yaml", DelayGrounds, load_delays)]
