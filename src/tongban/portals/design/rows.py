"""A page of questions as it is drawn: single fields, and groups that are asked as often as there are rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, Asked, boxes, rows_of
from tongban.portals.design.asked import question_field
from tongban.portals.design.fields import Field
from tongban.portals.design.language import said
from tongban.services.api import Question


@dataclass(frozen=True)
class Row:
    """One row of a group: how it is called, its fields, and what takes it away (empty: it has to stay)."""

    title: str
    fields: tuple[Field, ...]
    drop: str


@dataclass(frozen=True)
class Block:
    """What stands on the page for one question: a field, or a group with its rows and what adds another."""

    question: Question
    field: Field | None = None
    rows: tuple[Row, ...] = ()
    more: str = ""

    @property
    def fields(self) -> Iterable[Field]:
        """Every field of it."""
        return (self.field,) if self.field else (field for row in self.rows for field in row.fields)


def blocks_of(
    view: ApplicationView,
    questions: Sequence[Question],
    answers: Mapping[str, str],
    problems: Mapping[str, str],
) -> list[Block]:
    """The blocks of these questions, with the answers and what is wrong with them."""
    return [_block(view, question, answers, problems) for question in questions]


def given_on(questions: Iterable[Question], sent: QueryDict) -> dict[str, str]:
    """What was typed into the page. The button `add` makes one row more of a group, `drop` takes one away."""
    given = {}
    for question in questions:
        if question.kind != "group":
            given[question.code] = sent.get(question.code, "")
            continue
        count = sent.get(question.code, "")
        rows = [
            {part.code: sent.get(f"{question.code}.{n}.{part.code}", "") for part in question.parts}
            for n in range(1, rows_of(question, {question.code: count}) + 1)
        ]
        code, _dot, row = sent.get("drop", "").rpartition(".")
        if code == question.code and row.isascii() and row.isdigit() and 0 < int(row[:3]) <= len(rows):
            del rows[int(row[:3]) - 1]
        if sent.get("add") == question.code:
            rows.append({})
        given[question.code] = str(min(max(len(rows), question.least), question.most))
        for box in boxes(question, given):
            values = rows[box.row - 1] if box.row <= len(rows) else {}
            given[box.code] = values.get(box.question.code, "")
    return given


def group_changed(sent: QueryDict) -> str:
    """The code of the group of which a row was just added or taken away; empty where another button was pressed."""
    return sent.get("add", "") or sent.get("drop", "").rpartition(".")[0]


def _block(
    view: ApplicationView, question: Question, answers: Mapping[str, str], problems: Mapping[str, str]
) -> Block:
    if question.kind != "group":
        asked = Asked(question.code, question)
        return Block(question, question_field(view, asked, answers, problems))
    fields: dict[int, list[Field]] = {}
    for box in boxes(question, answers):
        fields.setdefault(box.row, []).append(question_field(view, box, answers, problems))
    rows = tuple(
        Row(
            _("第 {n} {row}").format(n=n, row=said(question.row)),
            tuple(held),
            f"{question.code}.{n}" if len(fields) > question.least else "",
        )
        for n, held in fields.items()
    )
    return Block(question, None, rows, question.code if len(rows) < question.most else "")
