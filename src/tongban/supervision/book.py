"""The rules and detectors in force, read once for a round."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tongban.catalogue.api import get_resources
from tongban.services.api import get_items
from tongban.supervision.models import Detector, Rule
from tongban.supervision.schema import RuleTerms


@dataclass(frozen=True)
class HeldRule:
    """A rule with its terms, valid for events from a day on."""

    id: int
    code: str
    number: str
    title: str
    terms: RuleTerms
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force for what happens on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Rulebook:
    """Rules by number, by code and by the kinds they read."""

    def __init__(self, rules: Iterable[HeldRule], detectors: Mapping[str, Detector]) -> None:
        self.by_id = {rule.id: rule for rule in rules}
        self.detectors = detectors
        self._by_code: dict[str, list[HeldRule]] = {}
        for rule in sorted(self.by_id.values(), key=lambda one: one.valid_from, reverse=True):
            self._by_code.setdefault(rule.code, []).append(rule)
        self._on: dict[tuple[str, date], HeldRule | None] = {}
        #: The codes of rules that watch a case by its number.
        self.of_cases = tuple(
            code for code, rules in self._by_code.items() if any(one.terms.key == "case" for one in rules)
        )
        self.starting = frozenset(kind for rule in self.by_id.values() for kind in rule.terms.starts)
        self.by_kind: dict[str, tuple[str, ...]] = {}
        for code, versions in self._by_code.items():
            for kind in frozenset().union(*(rule.terms.kinds for rule in versions)):
                self.by_kind[kind] = (*self.by_kind.get(kind, ()), code)

    def on(self, code: str, day: date) -> HeldRule | None:
        """The version of a rule for an event of that day; of two the younger one."""
        if (code, day) not in self._on:
            versions = self._by_code.get(code, ())
            self._on[code, day] = next((rule for rule in versions if rule.holds_on(day)), None)
        return self._on[code, day]

    def newest(self, code: str) -> HeldRule:
        """The youngest version: which kinds it reads."""
        return self._by_code[code][0]


def held(row: Rule) -> HeldRule:
    """A rule's row with its terms read."""
    terms = _terms(json.dumps(row.terms, sort_keys=True))
    return HeldRule(row.pk, row.code, row.number, row.title, terms, row.valid_from, row.valid_to)


@lru_cache(maxsize=512)
def _terms(said: str) -> RuleTerms:
    """Terms as they were written, read once: a round begins with the book."""
    return RuleTerms.model_validate_json(said)


def read_book() -> Rulebook:
    """The rules that were ever in force, and the detectors; two queries."""
    rules = [held(row) for row in Rule.objects.filter(state__in=["on", "ended"]).order_by("pk")]
    return Rulebook(rules, {row.code: row for row in Detector.objects.order_by("code")})


#: By item and version deciding agency and window, for the process: a version never changes.
_offices: dict[tuple[str, int], tuple[str, str]] = {}


class Offices:
    """Who decides and takes in an item, who provides a resource; a pinned version never changes, so it is kept."""

    def __init__(self) -> None:
        self._providers: dict[str, str] = {}

    def of_item(self, item: str, version: int) -> tuple[str, str]:
        """The deciding agency and the window; empty for an item that is not here."""
        known = _offices.get((item, version))
        if known is None:
            found = get_items([item], versions={item: version}).get(item)
            if found is None:
                return "", ""
            known = _offices[item, version] = (found.deciding, found.window)
        return known

    def of_resource(self, resource: str) -> str:
        """The agency that provides a resource; empty for one that is not here."""
        if resource not in self._providers:
            found = get_resources([resource]).get(resource)
            self._providers[resource] = found.agency if found else ""
        return self._providers[resource]
