"""The words a resource may be written in on a day: classes, formats, methods, cycles, grounds, with when they ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.catalogue.models import Ground, Scheme
from tongban.catalogue.ports import CodeScheme, scheme_named
from tongban.packs.api import CodeView, code_values, known_laws
from tongban.packs.ports import Cite

CODE_SETS = ("resource-class", "resource-format", "share-method", "update-cycle")


@dataclass(frozen=True)
class GroundView:
    """A ground with its law."""

    code: str
    kind: str
    words: str
    cite: Cite
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Whether it may be chosen on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Vocabulary:
    """Code sets by name and code, grounds by code, the code scheme in force; as of the day `on`."""

    on: date
    sets: Mapping[str, Mapping[str, CodeView]] = field(default_factory=dict)
    grounds: Mapping[str, GroundView] = field(default_factory=dict)
    scheme: CodeScheme | None = None
    #: Short titles of the laws that may be cited; empty where nobody listed any.
    laws: frozenset[str] = frozenset()

    def title(self, code_set: str, code: str) -> str:
        """What a code means; the code itself where nobody knows."""
        value = self.sets.get(code_set, {}).get(code)
        return value.title if value else code

    def path(self, code_set: str, code: str) -> str:
        """What a code means under its parent: 主题信息资源／公共服务."""
        value = self.sets.get(code_set, {}).get(code)
        if value is None:
            return code
        return f"{self.title(code_set, value.parent)}／{value.title}" if value.parent else value.title

    def choices(self, code_set: str) -> list[CodeView]:
        """The values that may be chosen now, in their order."""
        return [value for value in self.sets.get(code_set, {}).values() if value.holds(self.on)]

    def grounds_of(self, kind: str) -> list[GroundView]:
        """The grounds of a kind that may be chosen now."""
        return [ground for ground in self.grounds.values() if ground.kind == kind and ground.holds(self.on)]

    def find(self, code_set: str, words: str) -> str:
        """The code for a code or a title; empty where there is none."""
        values = self.sets.get(code_set, {})
        if words in values:
            return words
        folded = words.replace("/", "／").casefold()
        for code, value in values.items():
            if folded in {value.title.casefold(), self.path(code_set, code).casefold()}:
                return code
        return ""


def read_vocabulary(on: date) -> Vocabulary:
    """The words as they stand on a day, in four queries."""
    sets: dict[str, dict[str, CodeView]] = {name: {} for name in CODE_SETS}
    for value in code_values(CODE_SETS):
        sets[value.code_set][value.code] = value
    grounds = {
        row.code: GroundView(
            row.code, row.kind, row.words, Cite.model_validate(row.cite), row.valid_from, row.valid_to
        )
        for row in Ground.objects.order_by("kind", "code")
    }
    programs = [
        row.program
        for row in Scheme.objects.filter(valid_from__lte=on).order_by("-valid_from")
        if row.valid_to is None or on <= row.valid_to
    ]
    return Vocabulary(on, sets, grounds, scheme_named(programs[0]) if programs else None, known_laws())
