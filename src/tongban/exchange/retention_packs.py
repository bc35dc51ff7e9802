"""`erasure*.yaml`: grounds of erasure, how long records must be kept, what a person can do about a refusal."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from tongban.exchange.models import ErasureTerm
from tongban.packs.api import store
from tongban.packs.ports import Cite, Code, Document, Model, Names, Section, Source, Stored, Text


class GroundRow(Model):
    """Why data may be erased."""

    code: Annotated[Code, Names("erasure-term")]
    title: Text
    cite: Cite


class RetentionRow(Model):
    """How long entries of some kinds are kept; `kinds` are beginnings of names, `*` is all; no months: not fixed."""

    code: Annotated[Code, Names("erasure-term")]
    title: Text
    kinds: Annotated[tuple[Text, ...], Field(min_length=1)]
    months: Annotated[int, Field(ge=1, le=1200)] | None = None
    cite: Cite


class RemedyRow(Model):
    """Where a person can turn."""

    code: Annotated[Code, Names("erasure-term")]
    title: Text
    cite: Cite


class ErasureTerms(Model):
    """The file."""

    grounds: tuple[GroundRow, ...] = ()
    retentions: tuple[RetentionRow, ...] = ()
    remedies: tuple[RemedyRow, ...] = ()


def load_terms(documents: Sequence[Document], source: Source) -> Stored:
    """Write grounds, rules of keeping and remedies."""
    rows: list[dict[str, Any]] = []
    for document in documents:
        for what in ("grounds", "retentions", "remedies"):
            for row in getattr(document.data, what):
                kinds = ["" if one == "*" else one for one in getattr(row, "kinds", ())]
                rows.append(
                    {
                        "code": row.code,
                        "what": what.removesuffix("s") if what != "remedies" else "remedy",
                        "title": row.title,
                        "kinds": kinds,
                        "months": getattr(row, "months", None),
                        "cite": row.cite.model_dump(mode="json"),
                        "place_in_list": len(rows),
                    }
                )
    return store(ErasureTerm, rows, key=("code",), source=source)


SECTIONS = [Section("erasure", "erasure*.yaml", ErasureTerms, load_terms)]
