"""A rule as SQL: the same tree, the same three values, over a whole population at once.

SQL's NULL logic is Kleene's, so the answer is an ordinary expression (NULL: unknown). What `evaluation` says beside the
answer, which facts are missing and which clauses decide, is a condition for each fact and each clause. The text runs on
DuckDB, PostgreSQL and Spark. Rows agree with `evaluate`: tests/rules/test_sql.py holds a million random ones against it.

Of a row matters only which facts are unknown and which clauses hold: its masks. Everything else is computed once for
each combination of them, of which there are few, and what several rules ask is asked of a row once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Literal

from tongban.kernel.quoting import quoted
from tongban.rules.tree import All, AnyOf, BadRule, Clause, Rule, clauses_of, facts_of

#: What a column holds. A boolean is what a yes-no fact is, a number may be whole or not.
Kind = Literal["boolean", "number", "text", "date"]
#: Masks are whole numbers of 64 bits with a sign.
CLAUSES_MAX = _BITS = 62


@dataclass(frozen=True)
class Column:
    """The SQL expression of a fact, and what it holds."""

    expression: str
    kind: Kind


@dataclass(frozen=True)
class Compiled:
    """A rule as SQL.

    `marks` makes of a row its masks, columns that are called `names`: rows that share them are told the same. Over these
    columns, `answer` is true, false or NULL; `missing` and `reasons` are whole numbers, never NULL: bit n of the first stands
    for the n-th of `facts` (in the order in which the rule names them), of the second for the n-th of its `clauses`.
    """

    marks: str
    names: tuple[str, ...]
    answer: str
    missing: str
    reasons: str
    facts: tuple[str, ...]
    clauses: int

    def missing_of(self, mask: int) -> tuple[str, ...]:
        """The facts whose bits stand in `mask`."""
        return tuple(fact for n, fact in enumerate(self.facts) if mask >> n & 1)


def compile_rule(rule: Rule, columns: Mapping[str, Column]) -> Compiled:
    """Compile `rule` over `columns`, one for each fact; a fact without one is never known.

    Raises:
        BadRule: a clause orders what has no order with its value, or there are more clauses than a mask has bits.
    """
    marks, (compiled,) = compile_rules([rule], columns)
    return replace(compiled, marks=marks)


def compile_rules(rules: Sequence[Rule], columns: Mapping[str, Column]) -> tuple[str, list[Compiled]]:
    """Compile many rules: the marks of a row for all of them, and each rule, whose own marks are made from those.

    Raises:
        BadRule: as `compile_rule` does.
    """
    if any(len(clauses_of(rule)) > CLAUSES_MAX for rule in rules):
        raise BadRule((), f"a rule that runs over a register has at most {CLAUSES_MAX} clauses")
    asked = [condition for rule in rules for condition in _conditions(rule, columns)]
    # What most rules ask stands together, so that a rule looks at few masks.
    places = {condition: n for n, (condition, _times) in enumerate(Counter(asked).most_common())}
    masks = ["cast(0 as bigint)"] * (len(places) // _BITS + 1)
    for condition, n in places.items():
        masks[n // _BITS] += f" | (case when {condition} then cast({1 << n % _BITS} as bigint) else 0 end)"
    marks = ", ".join(f"{mask} as mask_{n}" for n, mask in enumerate(masks))
    return marks, [_compiled(rule, columns, places) for rule in rules]


def _compiled(rule: Rule, columns: Mapping[str, Column], places: Mapping[str, int]) -> Compiled:
    own: dict[str, int] = {}
    for condition in _conditions(rule, columns):
        name, bit = _place(places[condition])
        own[name] = own.get(name, 0) | bit
    own = own or {"mask_0": 0}
    facts = facts_of(rule)
    bits = {fact: 1 << n for n, fact in enumerate(facts)}
    node = _compile(rule, columns, places, bits, count())
    marks = ", ".join(f"{name} & cast({mask} as bigint) as {name}" for name, mask in own.items())
    return Compiled(
        marks, tuple(own), node.answer, node.missing, node.reasons, tuple(facts), len(clauses_of(rule))
    )


def _conditions(rule: Rule, columns: Mapping[str, Column]) -> list[str]:
    """What a rule asks of a row: which of its facts are unknown, which clauses hold."""
    clauses = [clause for clause in clauses_of(rule) if clause.fact in columns]
    unknown = [f"{columns[clause.fact].expression} is null" for clause in clauses]
    return list(dict.fromkeys(unknown + [_clause(clause, columns[clause.fact]) for clause in clauses]))


def _place(n: int) -> tuple[str, int]:
    return f"mask_{n // _BITS}", 1 << n % _BITS


@dataclass(frozen=True)
class _Node:
    answer: str
    missing: str
    reasons: str


def _compile(
    rule: Rule,
    columns: Mapping[str, Column],
    places: Mapping[str, int],
    bits: Mapping[str, int],
    numbers: Iterator[int],
) -> _Node:
    match rule:
        case Clause():
            own = f"cast({1 << next(numbers)} as bigint)"
            held, bit = columns.get(rule.fact), bits[rule.fact]
            if held is None:
                return _Node("cast(null as boolean)", f"cast({bit} as bigint)", own)
            unknown, holds = (
                f"({name} & cast({mask} as bigint)) <> 0"
                for name, mask in (
                    _place(places[condition])
                    for condition in (f"{held.expression} is null", _clause(rule, held))
                )
            )
            return _Node(
                f"(case when {unknown} then null else {holds} end)",
                f"(case when {unknown} then cast({bit} as bigint) else 0 end)",
                own,
            )
        case All(parts):
            return _every([_compile(part, columns, places, bits, numbers) for part in parts])
        case AnyOf(parts):
            return _any([_compile(part, columns, places, bits, numbers) for part in parts])
        case _:
            general = _compile(rule.rule, columns, places, bits, numbers)
            exception = _compile(rule.exception, columns, places, bits, numbers)
            return _every([general, _Node(f"(not {exception.answer})", exception.missing, exception.reasons)])


def _every(parts: Sequence[_Node]) -> _Node:
    """What fails decides; else every part matters."""
    if len(parts) == 1:
        return parts[0]
    answer = "(" + " and ".join(part.answer for part in parts) + ")"
    failing = _either(
        f"case when {part.answer} is not distinct from false then {part.reasons} else 0 end" for part in parts
    )
    every = _either(part.reasons for part in parts)
    return _Node(
        answer,
        _unsettled(answer, parts),
        f"(case when {answer} is not distinct from false then {failing} else {every} end)",
    )


def _any(parts: Sequence[_Node]) -> _Node:
    """What holds decides; else what is unknown; else all that failed: always the parts that say what the whole says."""
    if len(parts) == 1:
        return parts[0]
    answer = "(" + " or ".join(part.answer for part in parts) + ")"
    same = (
        f"case when {part.answer} is not distinct from {answer} then {part.reasons} else 0 end"
        for part in parts
    )
    return _Node(answer, _unsettled(answer, parts), _either(same))


def _unsettled(answer: str, parts: Sequence[_Node]) -> str:
    """What is missing while the whole is unknown; what is known already misses nothing."""
    return f"(case when {answer} is null then {_either(part.missing for part in parts)} else 0 end)"


def _either(masks: Iterable[str]) -> str:
    return "(" + " | ".join(f"({mask})" for mask in masks) + ")"


def _clause(clause: Clause, held: Column) -> str:
    """The clause as a condition that is NULL where the fact is."""
    column, value = held.expression, clause.value
    match clause.operator:
        case "equals" | "not_equals":
            same = clause.operator == "equals"
            said = _literal(value, held.kind)
            if said is None:  # known, and of another kind: never the same
                return f"(case when {column} is null then null else {_word(holds=not same)} end)"
            return f"({column} {'=' if same else '<>'} {said})"
        case "at_least" | "at_most":
            said = _literal(value, held.kind)
            if said is None or isinstance(value, bool) or held.kind == "boolean":
                raise BadRule((), f"{clause.fact} cannot be ordered with {value!r}")
            return f"({column} {'>=' if clause.operator == 'at_least' else '<='} {said})"
        case _:
            among = clause.operator == "one_of"
            found = [said for one in value if (said := _literal(one, held.kind)) is not None]
            if not found:
                return f"(case when {column} is null then null else {_word(holds=not among)} end)"
            return f"({column} {'in' if among else 'not in'} ({', '.join(found)}))"


def _literal(value: Any, kind: Kind) -> str | None:
    """`value` as SQL of that kind; None where nothing of that kind equals it."""
    match kind:
        case "boolean":
            return _word(holds=bool(value)) if isinstance(value, bool | int) and value in {0, 1} else None
        case "number":
            return str(value + 0) if isinstance(value, bool | int | float | Decimal) else None
        case "date":
            return f"date '{value.isoformat()}'" if type(value) is date else None
        case _:
            return quoted(value) if isinstance(value, str) else None


def _word(*, holds: bool) -> str:
    return "true" if holds else "false"
