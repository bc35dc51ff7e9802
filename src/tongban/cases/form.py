"""The form of one application: what is asked, needed and opened, given what was answered so far. Pure.

Answers are texts by code. The answer of a group is how many rows it has; row 2 of the group `family` answers its part
`name` under `family.2.name`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.kernel.canonical import canonical
from tongban.rules.api import evaluate, read_rule
from tongban.services.api import FormPage, GroupPart, Guide, Question


@dataclass(frozen=True)
class Asked:
    """One box of the form: under which code its answer is kept, the question or part, and the row it stands in."""

    code: str
    question: Question | GroupPart
    group: Question | None = None
    row: int = 0


def questions_of(guide: Guide) -> dict[str, Question]:
    """The questions of the form by code."""
    return {question.code: question for page in guide.pages for question in page.questions}


def tailored(guide: Guide, answers: Mapping[str, str]) -> Guide:
    """The guide without members, materials and questions that the answers rule out.

    A question stands only where its rule says yes; a member or a material goes only where its rule says no.
    """
    known = _facts(questions_of(guide), answers)
    gone = {one.item for one in guide.bundle.members if _answer(one.when, known) == "no"}
    members = tuple(
        one.model_copy(update={"after": tuple(item for item in one.after if item not in gone)})
        for one in guide.bundle.members
        if one.item not in gone
    )
    items = tuple(item for item in guide.items if item.code not in gone)
    asked = {code for item in items for code in item.questions}
    materials = tuple(
        replace(one, needed_by=left)
        for one in guide.materials
        if (left := tuple(item for item in one.needed_by if item not in gone))
        and _answer(one.material.when, known) != "no"
    )
    pages = tuple(
        replace(page, questions=kept) for page in guide.pages if (kept := tuple(_kept(page, asked, known)))
    )
    bundle = guide.bundle.model_copy(update={"members": members})
    return Guide(bundle, items, materials, pages)


def boxes(question: Question, answers: Mapping[str, str]) -> Iterator[Asked]:
    """The boxes of a question: itself, or those of each row of a group."""
    if question.kind != "group":
        yield Asked(question.code, question)
        return
    for row in range(1, rows_of(question, answers) + 1):
        for part in question.parts:
            yield Asked(f"{question.code}.{row}.{part.code}", part, question, row)


def rows_of(question: Question, answers: Mapping[str, str]) -> int:
    """How many rows of a group there are; never fewer than the least, never more than the most."""
    given = answers.get(question.code, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) <= 3 else 0
    return min(max(number, question.least), question.most)


def codes_of(guide: Guide, answers: Mapping[str, str]) -> set[str]:
    """Every code under which an answer of this form is kept."""
    found = set(questions_of(guide))
    for question in questions_of(guide).values():
        found |= {box.code for box in boxes(question, answers)}
    return found


def digest_of(terms: Mapping[str, Any]) -> str:
    """The SHA-256 of canonical JSON, hex."""
    return hashlib.sha256(canonical(dict(terms))).hexdigest()


def _kept(page: FormPage, asked: set[str], known: Mapping[str, Any]) -> Iterable[Question]:
    for question in page.questions:
        if question.code in asked and (question.when is None or _answer(question.when, known) == "yes"):
            yield question


def _answer(when: Mapping[str, Any] | None, known: Mapping[str, Any]) -> str:
    return "yes" if when is None else evaluate(read_rule(when), known).answer


def _facts(questions: Mapping[str, Question], answers: Mapping[str, str]) -> dict[str, Any]:
    """Answers typed as rules read them."""
    return {code: _typed(question, answers.get(code, "")) for code, question in questions.items()}


def _typed(question: Question, text: str) -> Any:
    if not text:
        return None
    if question.kind == "yes-no":
        return {"是": True, "否": False}.get(text)
    if question.kind in {"number", "group"}:
        try:
            return Decimal(text)
        except InvalidOperation:
            return None
    return text
