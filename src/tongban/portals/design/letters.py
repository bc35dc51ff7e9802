"""The letters of acts beside the table: the paragraphs of a pack with what this case says in their places."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.cases.api import ApplicationView, CaseView, FormalityView, steps_of
from tongban.clocks.api import limit_of
from tongban.documents.api import LetterPaper, day_words
from tongban.kernel.errors import NotFound
from tongban.portals.design.printed import paper_file
from tongban.portals.design.written import addressee_of, cited
from tongban.services.api import RegimeTable, get_regime

#: Facts that are days, printed as papers print them.
_DAYS = {"before", "until", "decided_on", "day", "held_on", "ask_until", "hold_until"}


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
    step = steps_of(regime).get(one.code)
    if step is None or step.letter is None or not one.written:
        raise NotFound(_("这一步没有书面文书，或者还没有办完。"))
    said = {
        "addressee": addressee_of(view, case),
        "matter": case.title,
        "number": case.number,
        "accepted_on": day_words(case.accepted_on) if case.accepted_on else "",
        "paper": case.decision.paper if case.decision else "",
        "granted_by": case.decision.paper if case.decision else "",
        "words": one.words.rstrip("。"),
        "answer": one.answer.rstrip("。") or _signed(one),
        "basis": cited(step.cite),
        "delivered_on": day_words(one.answered_on) if one.answered_on else "",
        **{name: _fact(name, value) for name, value in one.facts.items() if name != "paper"},
        "way": one.way_words,
    }
    if basis := one.facts.get("basis"):
        said["basis"] = f"{basis}（条文未核对）" if one.facts.get("unread") else str(basis)
    return LetterPaper(
        agency=case.agency,
        issuer=case.agency_name,
        title=step.letter.title.format_map(_Blank(said)),
        number=str(one.facts.get("paper") or f"{case.number}-{case.formalities.index(one) + 1}"),
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
        day_words(date.fromisoformat(value))
        if name in _DAYS and isinstance(value, str) and value
        else str(value)
    )


def _remedies(one: FormalityView) -> str:
    until, body = one.facts.get("review_until"), one.facts.get("review_body")
    if not until or not body:
        return ""
    limit = limit_of("administrative-review", on=_day(one))
    return (
        f"如不服本决定，可以自知道本决定之日起 {limit}内（至 {day_words(date.fromisoformat(until))}）"
        f"向{body}申请行政复议（{limit.cite}），也可以依法向人民法院提起行政诉讼。"
    )
