"""The rule tree and its reading from JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

OPERATORS = ("equals", "not_equals", "at_least", "at_most", "one_of", "none_of")


class BadRule(ValueError):  # noqa: N818 - the sentence says what is wrong
    """A rule is malformed; `place` leads to the node."""

    def __init__(self, place: Sequence[str | int], sentence: str) -> None:
        super().__init__(sentence)
        self.place = tuple(place)


@dataclass(frozen=True)
class Clause:
    """One condition of the law on one fact. `says` is the condition in words; `cite` where it stands."""

    fact: str
    operator: str
    value: Any
    says: str
    cite: str
    verified: bool


@dataclass(frozen=True)
class All:
    """Every part must hold."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    """One part is enough."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class Unless:
    """The general rule holds unless the exception does."""

    rule: "Rule"
    exception: "Rule"


Rule: TypeAlias = "Clause | All | AnyOf | Unless"


def read_rule(node: Mapping[str, Any], place: tuple[str | int, ...] = ()) -> Rule:
    """Read `{fact, operator, value, says, cite}`, `{all: […]}`, `{any: […]}` or `{unless: …, rule: …}`.

    Raises:
        BadRule: the node is none of these.
    """
    if "fact" in node:
        return _read_clause(node, place)
    for key, kind in (("all", All), ("any", AnyOf)):
        if key in node:
            parts = [read_rule(part, (*place, key, n)) for n, part in enumerate(node[key])]
            if not parts:
                raise BadRule((*place, key), "a rule needs at least one part")
            return kind(tuple(parts))
    if "unless" in node and "rule" in node:
        return Unless(
            read_rule(node["rule"], (*place, "rule")), read_rule(node["unless"], (*place, "unless"))
        )
    raise BadRule(place, "a rule is a clause with `fact`, or `all`, `any`, or `rule` with `unless`")


def clauses_of(rule: Rule) -> list[Clause]:
    """The clauses of a rule, in the order in which they stand."""
    match rule:
        case Clause():
            return [rule]
        case All(parts) | AnyOf(parts):
            return [clause for part in parts for clause in clauses_of(part)]
        case Unless():
            return clauses_of(rule.rule) + clauses_of(rule.exception)


def facts_of(rule: Rule) -> list[str]:
    """The facts a rule reads, in the order in which it names them."""
    return list(dict.fromkeys(clause.fact for clause in clauses_of(rule)))


def _read_clause(node: Mapping[str, Any], place: tuple[str | int, ...]) -> Clause:
    operator = node.get("operator", "equals")
    if operator not in OPERATORS:
        raise BadRule((*place, "operator"), f"the operator {operator!r} is none of {', '.join(OPERATORS)}")
    if operator in {"one_of", "none_of"} and not isinstance(node.get("value"), list | tuple):
        raise BadRule((*place, "value"), f"the operator {operator} compares with a list")
    cite = node.get("cite") or {}
    return Clause(
        fact=node["fact"],
        operator=operator,
        value=node.get("value"),
        says=node.get("says", ""),
        cite=f"《{cite['law']}》{cite.get('article', '')}" if cite.get("law") else "",
        verified=bool(cite.get("verified_by")),
    )
