"""Acts beside a case's state table, as officers and applicants see them: lines with their law, and their letters."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, FormalityView, handlers
from tongban.clocks.api import limit_of
from tongban.documents.api import LetterPaper
from tongban.documents.api import day_words as printed_day
from tongban.kernel.errors import NotFound
from tongban.portals.design import parts
from tongban.portals.design.language import day_words
from tongban.portals.design.printed import paper_file
from tongban.portals.design.written import addressee_of, cited
from tongban.services.api import RegimeTable, get_regime

#: Stands in an address for the id that follows.
NIL = UUID(int=0)
#: Facts that are days, printed as papers print them.
_DAYS = {"before", "until", "day", "held_on", "ask_until", "hold_until"}


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
    if one.about:
        yield parts.Row(_("对象"), about.get(one.about, one.about))
    if one.words:
        yield parts.Row(_("事由"), one.words)
    if one.way_words:
        yield parts.Row(_("送达方式"), one.way_words)
    if "days" in one.facts:
        words = _("{days} 个工作日，到 {until}")
        yield parts.Row(
            _("延长"),
            words.format(days=one.facts["days"], until=day_words(date.fromisoformat(one.facts["until"]))),
        )
    if one.state == "open" and one.due_on:
        yield parts.Row(_("期限"), day_words(one.due_on))
    if one.code == "consult" and "agrees" in one.facts:
        yield parts.Row(_("意见"), _("同意") if one.facts["agrees"] else _("不同意"))
    if one.answer:
        yield parts.Row(_("结果"), one.answer)
    if one.answered_on:
        yield parts.Row(_("日期"), day_words(one.answered_on))
    if one.deputy_for:
        yield parts.Row(_("代"), about.get(one.deputy_for, one.deputy_for))


def formality_of(case: CaseView, formality: UUID) -> FormalityView:
    """The act beside the table with that id.

    Raises:
        NotFound: the case has none.
    """
    found = next((one for one in case.formalities if one.id == formality), None)
    if found is None:
        raise NotFound(_("这一件没有这一步。"))
    return found


def letter_file(view: ApplicationView, case: CaseView, one: FormalityView) -> HttpResponse:
    """The letter of an act beside the table, as the sealed file.

    Raises:
        NotFound: this act has no letter, or it is not done yet.
    """
    return paper_file(letter_paper(view, case, one, get_regime(case.item.regime)))


def letter_paper(
    view: ApplicationView, case: CaseView, one: FormalityView, regime: RegimeTable
) -> LetterPaper:
    """The pack's paragraphs with what this case says in their places.

    Raises:
        NotFound: this act has no letter, or it is not done yet.
    """
    step = next((row for row in regime.formalities if row.code == one.code), None)
    if step is None or step.letter is None or not one.written:
        raise NotFound(_("这一步没有书面文书，或者还没有办完。"))
    said = {
        "addressee": addressee_of(view, case),
        "matter": case.title,
        "number": case.number,
        "accepted_on": printed_day(case.accepted_on) if case.accepted_on else "",
        "paper": case.decision.paper if case.decision else "",
        "words": one.words.rstrip("。"),
        "answer": one.answer.rstrip("。") or _signed(one),
        "basis": cited(step.cite),
        "delivered_on": printed_day(one.answered_on) if one.answered_on else "",
        **{name: _fact(name, value) for name, value in one.facts.items()},
        "way": one.way_words,
    }
    return LetterPaper(
        agency=case.agency,
        issuer=case.agency_name,
        title=step.letter.title,
        number=f"{case.number}-{case.formalities.index(one) + 1}",
        addressee=said["addressee"],
        issued_on=_day(one),
        imprint=(f"咨询：{case.agency_name}　电话 {case.agency_phone}",),
        text=tuple(line.format_map(_Blank(said)) for line in step.letter.text),
        remedies=_remedies(one) if step.letter.remedies else "",
    )


class _Blank(dict[str, str]):
    """Names that this act has no fact for are left blank: a letter of a pack is not a program."""

    def __missing__(self, key: str) -> str:
        return "　　"


def _signed(one: FormalityView) -> str:
    return "受送达人同意电子送达，本人登录签收" if one.facts.get("way") == "electronic" else ""


def _day(one: FormalityView) -> date:
    return one.answered_on or one.opened_on


def _fact(name: str, value: Any) -> str:
    return (
        printed_day(date.fromisoformat(value))
        if name in _DAYS and isinstance(value, str) and value
        else str(value)
    )


def _remedies(one: FormalityView) -> str:
    until, body = one.facts.get("review_until"), one.facts.get("review_body")
    if not until or not body:
        return ""
    limit = limit_of("administrative-review", on=_day(one))
    return (
        f"如不服本决定，可以自知道本决定之日起 {limit}内（至 {printed_day(date.fromisoformat(until))}）"
        f"向{body}申请行政复议（{limit.cite}），也可以依法向人民法院提起行政诉讼。"
    )
