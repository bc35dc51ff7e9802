"""Answers of a form as summaries show them: one line for a question, one for each row of a group."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from tongban.cases.api import Asked, boxes
from tongban.portals.design.language import said
from tongban.services.api import Question


def answered(question: Question, answers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Title and value of a question as a summary shows them; of a group one line for each row."""
    if question.kind != "group":
        yield question.title, _value(Asked(question.code, question), answers)
        return
    rows: dict[int, list[str]] = {}
    for box in boxes(question, answers):
        rows.setdefault(box.row, []).append(f"{said(box.question.title)} {_value(box, answers)}")
    if not rows:
        yield question.title, _("没有")
    for row, values in rows.items():
        yield _("第 {n} {row}").format(n=row, row=said(question.row)), _("；").join(values)


def _value(asked: Asked, answers: Mapping[str, str]) -> str:
    value = answers.get(asked.code, "")
    titles = {option.value: option.title for option in asked.question.options}
    return f"{titles.get(value, value) or _('未填')} {asked.question.unit}".strip()
