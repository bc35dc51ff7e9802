"""Acts beside a case's state table, as officers and applicants see them: lines with their law, and their letters."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, FormalityView, handlers
from tongban.portals.design import parts
from tongban.portals.design.language import day_words

#: Stands in an address for the id that follows.
NIL = UUID(int=0)


def formality_status(one: FormalityView) -> parts.Status:
    """How an act beside the table stands."""
    if one.overdue:
        return parts.Status(_("超期未办"), "danger")
    words: dict[str, tuple[str, parts.Tone]] = {
        "open": (_("待办"), "warning"),
        "done": (_("已办"), "success"),
        "refused": (_("没有同意"), "danger"),
        "lapsed": (_("已撤回"), "plain"),
    }
    return parts.Status(*words[one.state])


def formality_lamp(one: FormalityView) -> parts.Lamp:
    """The lamp of an open one, by its day."""
    if one.due_on is None:
        return parts.Lamp("none", _("没有期限"))
    if one.overdue:
        return parts.Lamp("red", _("超期，应在 {day} 前完成").format(day=one.due_on))
    return parts.Lamp("green", _("{day} 前完成").format(day=one.due_on))


def names_around(view: ApplicationView, case: CaseView) -> dict[str, str]:
    """The officers who handle a case and the agencies that appear beside it, by number or code."""
    names = {one.about: one.agency_name for one in case.formalities if one.code == "consult"}
    return {**names, **handlers(case.agency), view.window: view.window_name}


def formal_parts(
    formalities: Iterable[FormalityView], *, about: dict[str, str], letter: str = ""
) -> list[parts.Formal]:
    """Those of a case, the newest first.

    `about` names officers and agencies, `letter` is the address of a paper with the nil id in the place of its own.
    """
    shown = []
    for one in formalities:
        link = letter.replace(str(NIL), str(one.id))
        shown.append(
            parts.Formal(
                title=one.title,
                status=formality_status(one),
                rows=tuple(_rows(one, about)),
                law=one.basis,
                verified=one.verified,
                letter=link if letter and one.written else "",
            )
        )
    return shown[::-1]


def _rows(one: FormalityView, about: dict[str, str]) -> Iterable[parts.Row]:
    said = [
        (_("对象"), about.get(one.about, one.about)),
        (_("法定情形"), one.facts.get("ground", "")),
        (_("事由"), one.words),
        *_facts(one),
        (_("期限"), day_words(one.due_on) if one.state == "open" and one.due_on else ""),
        (_("结果"), one.answer),
        (_("日期"), day_words(one.answered_on) if one.answered_on else ""),
        (_("代"), about.get(one.deputy_for, one.deputy_for)),
    ]
    return (parts.Row(term, str(value)) for term, value in said if value)


def _facts(one: FormalityView) -> Iterable[tuple[str, str]]:
    """What the acts of one code alone say."""
    facts = one.facts
    if one.code == "extend":
        until = day_words(date.fromisoformat(facts["until"]))
        yield _("延长"), _("{days} 个工作日，到 {until}").format(days=facts["days"], until=until)
    if one.code == "deliver":
        yield _("送达方式"), one.way_words
    if one.code == "consult" and "agrees" in facts:
        yield _("意见"), _("同意") if facts["agrees"] else _("不同意")
    if one.code == "hearing" and "held_on" in facts:
        yield _("听证"), f"{day_words(date.fromisoformat(facts['held_on']))} {facts['place']}"
    if one.code == "correct":
        yield _("更正"), f"{facts['before_text']} → {facts['after_text']}"
