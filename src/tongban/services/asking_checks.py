"""What must fit together in questions and facts, beyond fields and references."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.packs.ports import Known
from tongban.rules.api import BadRule, facts_of, read_rule
from tongban.services.asking import Eligibility, Question


def question_faults(question: Question) -> Iterable[tuple[str, str]]:
    """Choices have options, groups have parts; and only they."""
    if question.kind == "choice" and not question.options:
        yield "options", "a choice needs options"
    if (question.kind == "group") != bool(question.parts):
        yield "parts", "a group has parts, and only a group"
    if question.kind == "group" and not question.row:
        yield "row", "a group says what one row of it is called"
    if question.least > question.most:
        yield "least", "a group asks no less than `least` and no more than `most` rows"
    codes = [part.code for part in question.parts]
    if len(set(codes)) != len(codes):
        yield "parts", "two parts of a group have the same code"
    for part in question.parts:
        if part.kind == "choice" and not part.options:
            yield "parts", f"the choice {part.code!r} needs options"


def when_faults(when: Mapping[str, Any] | None, known: Known) -> Iterable[str]:
    """A condition is a rule over the answers of questions that are asked always."""
    if when is None:
        return
    try:
        rule = read_rule(when)
    except BadRule as error:
        yield str(error)
        return
    questions = known.get("question", {})
    for code in facts_of(rule):
        if code not in questions:
            yield f"the condition reads the answer {code!r}, which no question asks"
        elif questions[code].when:
            yield f"the condition reads the answer {code!r}, which itself is asked only sometimes"


def graded_faults(eligibility: Eligibility) -> Iterable[str]:
    """What is counted is counted from facts that are asked."""
    kinds = {fact.code: fact.kind for fact in eligibility.facts if fact.graded is None}
    for fact in eligibility.facts:
        if fact.graded is None:
            continue
        if kinds.get(fact.graded.born) != "month":
            yield f"{fact.code!r} is counted from the month {fact.graded.born!r}, which nobody is asked"
        if kinds.get(fact.graded.by) != "choice":
            yield f"{fact.code!r} is counted by the choice {fact.graded.by!r}, which nobody is asked"
