"""Answers of the form: their types, and which of them sources need."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from tongban.identity.api import PersonView
from tongban.kernel.errors import BadAnswers, BadInput
from tongban.kernel.sentences import say
from tongban.services.api import Guide, Question


def questions_of(guide: Guide) -> dict[str, Question]:
    """The questions of the form by code."""
    return {question.code: question for page in guide.pages for question in page.questions}


def key_questions(guide: Guide) -> list[Question]:
    """Questions whose answers the sources need as keys, or to compare with; asked before anything is read."""
    needed = set()
    for one in guide.materials:
        if one.material.fetch:
            needed |= {*one.material.fetch.keys.values(), *one.material.fetch.claims.values()}
    return [question for code, question in questions_of(guide).items() if code in needed]


def checked_answers(guide: Guide, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers in the form in which they are kept; unknown names are left out, empty optional ones kept.

    Raises:
        BadAnswers: says of each answer that does not fit its question what is expected.
    """
    kept, problems = {}, {}
    for code, question in questions_of(guide).items():
        if code not in answers:
            continue
        try:
            kept[code] = check_answer(question, answers[code])
        except BadInput as error:
            problems[code] = str(error)
    if problems:
        raise BadAnswers(problems)
    return kept


def check_answer(question: Question, text: str) -> str:
    """One answer, trimmed and normalised.

    Raises:
        BadInput: says what is expected.
    """
    plain = text.strip()
    if not plain:
        if question.required:
            raise BadInput(say("请填写「{title}」。", title=question.title), field=question.code)
        return ""
    if len(plain) > question.length_max:
        raise BadInput(
            say("「{title}」最多 {n} 个字。", title=question.title, n=question.length_max),
            field=question.code,
        )
    match question.kind:
        case "number":
            return _number(question, plain)
        case "choice" if plain not in {option.value for option in question.options}:
            raise BadInput(
                say("请从「{title}」的选项中选择一个。", title=question.title), field=question.code
            )
        case "yes-no" if plain not in {"是", "否"}:
            raise BadInput(say("请为「{title}」选择是或否。", title=question.title), field=question.code)
        case "tel" if not re.fullmatch(r"\+?[0-9][0-9\- ]{5,18}[0-9]", plain):
            raise BadInput("请填写能打通的电话号码，例如 0990-1234567。", field=question.code)
    return plain


def value_of(expression: str, *, answers: Mapping[str, str], person: PersonView, firm: str = "") -> str:
    """The value behind a material's key or statement: an answer, or what the person's own record says."""
    own = {
        "applicant.name": person.name,
        "applicant.id-number": person.id_number,
        "applicant.phone": person.phone,
        "applicant.address": person.address,
        "firm.uscc": firm,
    }
    return own.get(expression) or answers.get(expression, "")


def _number(question: Question, plain: str) -> str:
    try:
        number = Decimal(plain.replace(",", "").replace(",", ""))
    except InvalidOperation:
        raise BadInput(
            say("「{title}」请只填数字，例如 92.50。", title=question.title), field=question.code
        ) from None
    if not number.is_finite() or number < 0 or number > 10_000_000:
        raise BadInput(say("「{title}」的数字不合理，请核对。", title=question.title), field=question.code)
    return f"{number:f}"


def as_json(answers: Mapping[str, str]) -> str:
    """Answers as the database takes them."""
    return json.dumps(dict(answers), ensure_ascii=False)
