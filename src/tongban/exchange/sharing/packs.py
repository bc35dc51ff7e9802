"""`sharing*.yaml`: the duties a request may rest on, and the rules that sharing follows."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from tongban.exchange.sharing.models import SharingTerm
from tongban.packs.api import store
from tongban.packs.ports import Cite, Code, Document, Model, Names, Section, Source, Stored, Text


class BasisRow(Model):
    """A statutory duty that a request may rest on; `agencies`: only theirs, none: everybody's."""

    code: Annotated[Code, Names("sharing-term")]
    title: Text
    agencies: tuple[Code, ...] = ()
    cite: Cite


class RuleRow(Model):
    """A rule: an amount (days, months, a grade) or codes of grounds."""

    code: Annotated[Code, Names("sharing-term")]
    title: Text
    amount: Annotated[int, Field(ge=0, le=4000)] | None = None
    codes: tuple[Code, ...] = ()
    cite: Cite


class Sharing(Model):
    """The file."""

    bases: tuple[BasisRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()


def load_sharing(documents: Sequence[Document], source: Source) -> Stored:
    """Write bases and rules."""
    rows: list[dict[str, Any]] = []
    for document in documents:
        for what, given in (("basis", document.data.bases), ("rule", document.data.rules)):
            for row in given:
                rows.append(
                    {
                        "code": row.code,
                        "what": what,
                        "title": row.title,
                        "amount": getattr(row, "amount", None),
                        "codes": list(row.agencies if what == "basis" else row.codes),
                        "cite": row.cite.model_dump(mode="json"),
                        "place_in_list": len(rows),
                    }
                )
    return store(SharingTerm, rows, key=("code",), source=source)


SECTIONS = [Section("sharing", "sharing*.yaml", Sharing, load_sharing)]
