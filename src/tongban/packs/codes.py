"""`codes/*.yaml`: code sets (GB/T 39046, areas), dated, so that a code is never an enumeration in the program."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from tongban.packs.actions import store
from tongban.packs.models import CodeValue
from tongban.packs.ports import (
    Cite,
    Code,
    Document,
    Finding,
    Known,
    Model,
    Names,
    Section,
    Source,
    Stored,
    Text,
)


class ValueRow(Model):
    """One value; `parent` is a value of the same set, `until` the last day it may be given."""

    code: Text
    title: Text
    parent: str = ""
    valid_from: date | None = None
    until: date | None = None


class CodeSetRow(Model):
    """A set of codes with the standard it is from; `open` sets may hold more than is listed here."""

    code: Annotated[Code, Names("code-set")]
    title: Text
    cite: Cite
    open: bool = False
    values: tuple[ValueRow, ...]


class CodeSets(Model):
    """The file."""

    sets: tuple[CodeSetRow, ...]


def check_codes(document: Document, _known: Known) -> Iterable[Finding]:
    """A value stands once, and under a parent that the set has."""
    for number, one in enumerate(document.data.sets):
        seen: set[str] = set()
        for n, value in enumerate(one.values):
            place = ("sets", number, "values", n)
            if value.code in seen:
                yield document.finding(place, f"the code {value.code!r} stands twice")
            seen.add(value.code)
            if value.parent and value.parent not in seen:
                yield document.finding(place, f"the parent {value.parent!r} does not stand before it")


def is_code(known: Known, code_set: str, code: str) -> bool:
    """Whether a set of the packs at hand has the code; true where the packs have no such set."""
    found = known.get("code-set", {}).get(code_set)
    return found is None or any(value.code == code for value in found.values)


#: GB/T 2260: six digits; lists add six more for streets and villages.
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class AreaName:
    """The name of an area from the province down; not `exact` where only an area around it is known."""

    name: str
    exact: bool


def area_names(codes: Iterable[str]) -> dict[str, AreaName]:
    """The names of areas by their codes of six digits, or of twelve as lists write them. One query.

    Where a code is not in the packs, the nearest area around it that is; codes of unknown provinces are left out.
    """
    wanted = {code: _around(code) for code in codes if _CODE.match(code)}
    every = {one for around in wanted.values() for one in around}
    rows = CodeValue.objects.filter(code_set="area", code__in=every).values_list("code", "title")
    titles = dict(rows) if every else {}
    found = {}
    for code, around in wanted.items():
        if known := [one for one in around if one in titles]:
            exact = known[-1] == code[:6] and not code[6:].strip("0")
            found[code] = AreaName("".join(titles[one] for one in known), exact)
    return found


def _around(code: str) -> list[str]:
    """Province, city and county of a code (GB/T 2260: two digits each)."""
    return list(dict.fromkeys([f"{code[:2]}0000", f"{code[:4]}00", code[:6]]))


@dataclass(frozen=True)
class CodeView:
    """A value of a code set, as other modules see it."""

    code_set: str
    code: str
    title: str
    parent: str
    valid_from: date | None
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether it may be given on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.until is None or on <= self.until)


def code_values(code_sets: Iterable[str]) -> list[CodeView]:
    """All values of some code sets, ended ones too, in their order; one query."""
    rows = CodeValue.objects.filter(code_set__in=set(code_sets)).order_by("code_set", "ordinal")
    return [
        CodeView(*row)
        for row in rows.values_list("code_set", "code", "title", "parent", "valid_from", "until")
    ]


def load_codes(documents: Sequence[Document], source: Source) -> Stored:
    """Write the values of all sets."""
    rows = [
        {
            "code_set": one.code,
            "code": value.code,
            "title": value.title,
            "parent": value.parent,
            "ordinal": ordinal,
            "valid_from": value.valid_from,
            "until": value.until,
            "set_title": one.title,
            "cite": one.cite.model_dump(mode="json"),
        }
        for document in documents
        for one in document.data.sets
        for ordinal, value in enumerate(one.values)
    ]
    return store(CodeValue, rows, key=("code_set", "code"), source=source)


SECTIONS = [Section("codes", "codes/*.yaml", CodeSets, load_codes, check_codes)]
