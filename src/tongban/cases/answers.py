"""Answers of the form: their types, and which of them sources need."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from tongban.cases.form import Asked, boxes, questions_of, rows_of
from tongban.identity.api import PersonView, checked_name, full_id_number
from tongban.kernel.errors import BadAnswers, BadInput
from tongban.kernel.sentences import say
from tongban.services.api import GroupPart, Guide, Question


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
        if question.kind == "group":
            kept[code] = str(rows_of(question, answers))
        for box in boxes(question, answers):
            try:
                kept[box.code] = check_answer(box.question, answers.get(box.code, ""), row=_row_words(box))
            except BadInput as error:
                problems[box.code] = str(error)
    if problems:
        raise BadAnswers(problems)
    return kept


def gaps_of(question: Question, answers: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the answers of one question as they are kept, by code."""
    if question.kind == "group" and question.code not in answers and question.least:
        return {question.code: say("请填写「{title}」。", title=question.title)}
    gaps = {}
    for box in boxes(question, answers):
        try:
            check_answer(box.question, answers.get(box.code, ""), row=_row_words(box))
        except BadInput as error:
            gaps[box.code] = str(error)
    return gaps


def check_answer(question: Question | GroupPart, text: str, *, row: str = "") -> str:
    """One answer, trimmed and normalised; `row` says which row of a group it is of.

    Raises:
        BadInput: says what is expected.
    """
    plain = text.strip()
    title = say("{row}的{title}", row=row, title=question.title) if row else question.title
    if not plain:
        if question.required:
            raise BadInput(say("请填写「{title}」。", title=title), field=question.code)
        return ""
    if len(plain) > question.length_max:
        raise BadInput(
            say("「{title}」最多 {n} 个字。", title=title, n=question.length_max), field=question.code
        )
    check = _CHECKS.get(question.kind)
    return check(question, plain, title) if check else plain


def _choice(question: Question | GroupPart, plain: str, title: str) -> str:
    if plain not in {option.value for option in question.options}:
        raise BadInput(say("请从「{title}」的选项中选择一个。", title=title), field=question.code)
    return plain


def _yes_no(question: Question | GroupPart, plain: str, title: str) -> str:
    if plain not in {"是", "否"}:
        raise BadInput(say("请为「{title}」选择是或否。", title=title), field=question.code)
    return plain


def _telephone(question: Question | GroupPart, plain: str, _title: str) -> str:
    if not re.fullmatch(r"\+?[0-9][0-9\- ]{5,18}[0-9]", plain):
        raise BadInput("请填写能打通的电话号码，例如 0990-1234567。", field=question.code)
    return plain


def _name(question: Question | GroupPart, plain: str, _title: str) -> str:
    return checked_name(plain, field=question.code)


def _month(question: Question | GroupPart, plain: str, title: str) -> str:
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", plain):
        raise BadInput(say("「{title}」请写成年-月，例如 2026-12。", title=title), field=question.code)
    return plain


def _date(question: Question | GroupPart, plain: str, title: str) -> str:
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        sentence = say("「{title}」请写成年-月-日，例如 2026-11-03。", title=title)
        raise BadInput(sentence, field=question.code) from None


def _row_words(box: Asked) -> str:
    return say("第 {n} {row}", n=box.row, row=box.group.row) if box.group else ""


def _id_number(question: Question | GroupPart, plain: str, _title: str) -> str:
    """An identity number of 18 characters; one of 15 digits is brought to today's form."""
    number = full_id_number(plain.replace(" ", "").upper())
    if number is None:
        raise BadInput(
            "身份证号码不对：应是 18 位（最后一位可以是 X），或者旧的 15 位。请对照证件逐位核对。",
            field=question.code,
        )
    return number


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


def _number(question: Question | GroupPart, plain: str, title: str) -> str:
    try:
        number = Decimal(plain.replace(",", "").replace(",", ""))
    except InvalidOperation:
        raise BadInput(say("「{title}」请只填数字，例如 92.50。", title=title), field=question.code) from None
    if not number.is_finite() or number < 0 or number > 10_000_000:
        raise BadInput(say("「{title}」的数字不合理，请核对。", title=title), field=question.code)
    return f"{number:f}"


_CHECKS: Mapping[str, Callable[[Question | GroupPart, str, str], str]] = {
    "number": _number,
    "choice": _choice,
    "yes-no": _yes_no,
    "tel": _telephone,
    "name": _name,
    "id-number": _id_number,
    "month": _month,
    "date": _date,
}


def as_json(answers: Mapping[str, str]) -> str:
    """Answers as the database takes them."""
    return json.dumps(dict(answers), ensure_ascii=False)
