"""What the modules plug in: their sections; and the words all sections share: names, references, cites."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints


@dataclass(frozen=True)
class Names:
    """Marks a field that defines a code of `noun`."""

    noun: str


@dataclass(frozen=True)
class Ref:
    """Marks a field that must be a code of `noun` defined in one of the packs."""

    noun: str


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._\-]{0,62}$")]


class Model(BaseModel):
    """A record of a pack: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cite(Model):
    """A legal source. Without `verified_by` the article was not read in a source: pages show 未核对."""

    law: Annotated[Text, Ref("law")]
    article: str = ""
    verified_by: str = ""
    verified_on: date | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True)
class Finding:
    """Something in a pack, at its place: an `error` keeps it from being activated, the others are only listed."""

    file: str
    line: int
    field: str
    sentence: str
    level: Literal["error", "warning", "unverified"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.sentence}"


@dataclass(frozen=True)
class Document:
    """One file of a pack after reading: its data and the line of every field."""

    pack: str
    path: Path
    name: str
    data: Any
    lines: Mapping[tuple[str | int, ...], int]

    def finding(
        self,
        at: Sequence[str | int],
        sentence: str,
        *,
        level: Literal["error", "warning", "unverified"] = "error",
    ) -> Finding:
        """A finding at the field `at`, or at the nearest field around it that has a line."""
        place = tuple(at)
        while place and place not in self.lines:
            place = place[:-1]
        where = ".".join(str(step) for step in at) or "document"
        return Finding(self.name, self.lines.get(place, 1), where, sentence, level)


@dataclass(frozen=True)
class Source:
    """Where an activated row comes from: the pack and its hash."""

    pack: str
    version: str
    digest: str
    demonstration: bool

    def __str__(self) -> str:
        return f"pack:{self.pack}@{self.digest[:12]}"


#: By noun and code the record that defines it; under "document" by name what each file says.
Known = Mapping[str, Mapping[str, Any]]
Checker = Callable[[Document, Known], Iterable[Finding]]
Loader = Callable[[Sequence[Document], Source], "Stored"]


@dataclass
class Stored:
    """What an activation did: rows written by noun, and rows left alone because somebody edited them."""

    written: dict[str, int] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)

    def add(self, other: "Stored") -> None:
        """Add up the counts of another section."""
        for noun, count in other.written.items():
            self.written[noun] = self.written.get(noun, 0) + count
        self.conflicts += other.conflicts


@dataclass(frozen=True)
class Edited:
    """A record as it stands here since an editor's act; `replaces`: the pack's record of that code goes for it."""

    noun: str
    code: str
    record: dict[str, object]
    replaces: bool


Editor = Callable[[], Iterable[Edited]]


def no_edits() -> Iterable[Edited]:
    """The edits of a section that nobody edits here."""
    return ()


def no_more_checks(_document: Document, _known: Known) -> Iterable[Finding]:
    """The checks of a section that has none beyond its schema and references."""
    return ()


@dataclass(frozen=True)
class Section:
    """One sort of file: where it lies, what it must look like, how it becomes rows.

    A CSV file is read as `{"rows": [...]}`; `schema` describes the whole document. `edits` are the records that were
    written here since, as the pack would say them.
    """

    name: str
    pattern: str
    schema: type[BaseModel]
    load: Loader
    check: Checker = no_more_checks
    edits: Editor = no_edits


def cites_json(cites: Iterable[Cite]) -> list[dict[str, str]]:
    """Cites as a row keeps them."""
    return [cite.model_dump(mode="json") for cite in cites]
