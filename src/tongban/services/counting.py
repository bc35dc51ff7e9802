"""Facts that are counted from others: whether somebody has reached an age of law that rises with the month of birth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel import clock
from tongban.rules.api import BadMonth, GradedAge, month_text
from tongban.services.asking import Eligibility, Fact, GradedRow


@dataclass(frozen=True)
class Counted:
    """A counted fact with its sum: the row of the table, by how many months later, and the month that results."""

    fact: str
    row: GradedRow
    born: str
    later: int
    month: str
    value: bool


def counted_facts(eligibility: Eligibility, facts: Mapping[str, Any]) -> dict[str, Counted]:
    """The facts that can be counted from what is known, as of today in the city."""
    found = (count(fact, facts) for fact in eligibility.facts if fact.graded)
    return {one.fact: one for one in found if one}


def count(fact: Fact, facts: Mapping[str, Any]) -> Counted | None:
    """One counted fact; None while the month of birth or the kind of worker is not known."""
    graded = fact.graded
    assert graded
    row = next((one for one in graded.rows if one.value == facts.get(graded.by)), None)
    born = facts.get(graded.born)
    if row is None or not isinstance(born, str):
        return None
    age = GradedAge(row.age, row.first, row.every, row.step, row.most)
    try:
        later, month = age.later(born), age.reached(born)
    except BadMonth:
        return None
    today = clock.today()
    return Counted(fact.code, row, born, later, month, month <= month_text(today.year * 12 + today.month - 1))


def with_counted(eligibility: Eligibility, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, and what can be counted from it."""
    return {**facts, **{code: one.value for code, one in counted_facts(eligibility, facts).items()}}


def inputs_of(eligibility: Eligibility, code: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Which facts have to be asked for one that is missing: its inputs if it is counted, else itself."""
    fact = next((one for one in eligibility.facts if one.code == code), None)
    if fact is None or fact.graded is None:
        return (code,)
    return tuple(one for one in (fact.graded.by, fact.graded.born) if facts.get(one) is None)
