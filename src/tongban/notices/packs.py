"""`notices*.yaml`: the words of notices outside the portal, by kind of act and version."""

import string
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import Field

from tongban.notices.models import Template
from tongban.packs.api import store
from tongban.packs.ports import Document, Finding, Known, Model, Section, Source, Stored, Text

#: What words may name. Nothing of the matter itself: an e-mail is read by many on its way.
PLACES = frozenset({"city", "title", "case", "address"})
#: A text message of one piece (GSM 03.38, UCS-2).
SHORT_MAX = 70


class TemplateRow(Model):
    """Words for a kind of act; `*` for every other. Raise `version` with every change of the words."""

    kind: Text
    version: Annotated[int, Field(ge=1)] = 1
    subject: Text
    text: Text
    short: Text


class Templates(Model):
    """The file."""

    templates: tuple[TemplateRow, ...]


def check(document: Document, _known: Known) -> Iterable[Finding]:
    """Words name only what is known; a text message fits into one piece."""
    for number, row in enumerate(document.data.templates):
        for name in ("subject", "text", "short"):
            at = ("templates", number, name)
            try:
                named = {field for _, field, _, _ in string.Formatter().parse(getattr(row, name)) if field}
            except ValueError as error:
                yield document.finding(at, f"the braces do not fit: {error}")
                continue
            if unknown := sorted(named - PLACES):
                yield document.finding(
                    at, f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(PLACES))}"
                )
        if len(row.short) > SHORT_MAX:
            yield document.finding(
                ("templates", number, "short"),
                f"{len(row.short)} characters; a text message holds {SHORT_MAX}",
            )


def load(documents: Sequence[Document], source: Source) -> Stored:
    """Write the words; older versions stay, since what was sent names them."""
    rows = [row.model_dump() for document in documents for row in document.data.templates]
    return store(Template, rows, key=("kind", "version"), source=source)


SECTIONS = [Section("notices", "notices*.yaml", Templates, load, check)]
