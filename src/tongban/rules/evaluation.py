"""Evaluating a rule over known facts: strict Kleene logic with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tongban.rules.tree import All, AnyOf, Clause, Rule

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Reason:
    """A clause, the value it met (None: not known) and what came of it."""

    clause: Clause
    value: Any
    answer: Answer


@dataclass(frozen=True)
class Evaluation:
    """The answer, the clauses that decide it, and the facts that can still change an unknown."""

    answer: Answer
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def evaluate(rule: Rule, facts: Mapping[str, Any]) -> Evaluation:
    """Evaluate `rule`; a fact that is absent or None is not known.

    For *no* the reasons are the clauses that fail, for *yes* those that carry it, for *unknown* all that matter.
    """
    match rule:
        case Clause():
            value = facts.get(rule.fact)
            answer: Answer = "unknown" if value is None else "yes" if _holds(rule, value) else "no"
            return Evaluation(answer, (Reason(rule, value, answer),), (rule.fact,) if value is None else ())
        case All(parts):
            return _join([evaluate(part, facts) for part in parts], decides="no", otherwise="yes")
        case AnyOf(parts):
            return _join([evaluate(part, facts) for part in parts], decides="yes", otherwise="no")
        case _:
            general, exception = evaluate(rule.rule, facts), _negated(evaluate(rule.exception, facts))
            return _join([general, exception], decides="no", otherwise="yes")


def _join(parts: list[Evaluation], *, decides: Answer, otherwise: Answer) -> Evaluation:
    deciding = [part for part in parts if part.answer == decides]
    unknown = [part for part in parts if part.answer == "unknown"]
    if deciding:
        return Evaluation(decides, _reasons(deciding), ())
    if unknown:
        missing = dict.fromkeys(fact for part in unknown for fact in part.missing)
        matter = unknown if decides == "yes" else parts  # an alternative that failed no longer matters
        return Evaluation("unknown", _reasons(matter), tuple(missing))
    return Evaluation(otherwise, _reasons(parts), ())


def _negated(evaluation: Evaluation) -> Evaluation:
    turned: dict[Answer, Answer] = {"yes": "no", "no": "yes", "unknown": "unknown"}
    return Evaluation(turned[evaluation.answer], evaluation.reasons, evaluation.missing)


def _reasons(parts: list[Evaluation]) -> tuple[Reason, ...]:
    return tuple(reason for part in parts for reason in part.reasons)


def _holds(clause: Clause, value: Any) -> bool:
    match clause.operator:
        case "equals":
            return bool(value == clause.value)
        case "not_equals":
            return bool(value != clause.value)
        case "at_least":
            return bool(value >= clause.value)
        case "at_most":
            return bool(value <= clause.value)
        case "one_of":
            return value in clause.value
        case _:
            return value not in clause.value
