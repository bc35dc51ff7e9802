"""Cards: the list, and one card with its sum, its acts, and the forms of whoever is to act."""

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.identity.api import get_agencies, officer_posts
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.participation.api import orders_of_case
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame
from tongban.services.api import get_items
from tongban.supervision.api import (
    PAGE,
    SPEAKERS,
    WATCHERS,
    CardPage,
    CardView,
    answer_appeal,
    answer_letter,
    appeal_card,
    explain_card,
    get_card,
    issue_letter,
    list_cards,
    rule_card,
    speaks_for,
    withdraw_card,
)

STATES = {
    "proposed": gettext_lazy("待说明"),
    "explained": gettext_lazy("待认定"),
    "confirmed": gettext_lazy("已认定"),
    "published": gettext_lazy("已公布"),
    "dismissed": gettext_lazy("不予认定"),
    "withdrawn": gettext_lazy("已撤回"),
}
#: What the form of a card may ask for, and the words on its button.
VERBS = {
    "explain": gettext_lazy("提交说明"),
    "confirm": gettext_lazy("认定"),
    "dismiss": gettext_lazy("不予认定"),
    "appeal": gettext_lazy("提出申诉"),
    "keep": gettext_lazy("维持"),
    "uphold": gettext_lazy("申诉成立，撤回这张牌"),
    "withdraw": gettext_lazy("撤回这张牌"),
}
Seen = int | None


@officers(*WATCHERS, *SPEAKERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Cards, newest first: supervisors all, agencies their own; paged by number."""
    who = actor(request)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    before = request.GET.get("before", "")
    found = list_cards(
        by=who,
        state=state,
        before=int(before) if before.isascii() and before.isdigit() else None,
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    agencies = get_agencies({row.owner for row in rows})
    context = {
        **frame(who, here="supervision:cards"),
        "rows": [
            (
                row,
                agencies[row.owner].name if row.owner in agencies else row.owner,
                lamp_of(row),
                STATES[row.state],
            )
            for row in rows
        ],
        "states": [(code, words, code == state) for code, words in STATES.items()],
        "state": state,
        "following": f"?state={state}&before={rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "supervisor/cards.html", context)


@officers(*WATCHERS, *SPEAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, card: int) -> HttpResponse:
    """One card; what is posted is one verb with its words."""
    who = actor(request)
    page = get_card(card, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _do(request, page, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervision:card", args=[card]))
    context = {
        **frame(who, here="supervision:cards"),
        **_context(page, who),
        "orders": orders_of_case(page.card.case_number, by=who) if page.card.case_number else [],
        **_forms(request, page, who, problem),
    }
    return render(request, "supervisor/card.html", context, status=422 if problem else 200)


def lamp_of(row: CardView) -> parts.Lamp:
    """The level as shape and word."""
    if row.state in {"dismissed", "withdrawn"}:
        return parts.Lamp("none", STATES[row.state])
    return parts.Lamp("red", _("红牌")) if row.level == "red" else parts.Lamp("yellow", _("黄牌"))


def _do(request: HttpRequest, page: CardPage, who: Actor) -> None:
    """The verb that was pressed.

    Raises:
        BadInput: no such verb, or what its act says.
    """
    said, number = request.POST, page.card.id
    words, seen = said.get("words", ""), _number(said.get("seen", ""))
    verb = said.get("verb", "")
    verbs: dict[str, Callable[[], object]] = {
        "explain": lambda: explain_card(card=number, words=words, seen=seen, by=who),
        "confirm": lambda: rule_card(card=number, confirmed=True, words=words, seen=seen, by=who),
        "dismiss": lambda: rule_card(card=number, confirmed=False, words=words, seen=seen, by=who),
        "appeal": lambda: appeal_card(card=number, words=words, seen=seen, by=who),
        "keep": lambda: answer_appeal(card=number, upheld=False, words=words, seen=seen, by=who),
        "uphold": lambda: answer_appeal(card=number, upheld=True, words=words, seen=seen, by=who),
        "withdraw": lambda: withdraw_card(card=number, why=words, seen=seen, by=who),
        "letter": lambda: issue_letter(
            card=number, words=said.get("letter", ""), due_on=_day(said.get("due_on", "")), by=who
        ),
        "answer": lambda: answer_letter(
            letter=_letter(page, said.get("of", "")), words=said.get("answer", ""), seen=None, by=who
        ),
    }
    if verb not in verbs:
        raise BadInput(_("请选择要做什么。"), field="words")
    verbs[verb]()


def _letter(page: CardPage, given: str) -> int:
    """The letter of this card that is meant.

    Raises:
        NotAllowed: it is another card's.
    """
    if _number(given) not in {one.pk for _name, one in page.letters}:
        raise NotAllowed(_("这份督办单不是这张牌的。"))
    return int(given)


def _context(page: CardPage, who: Actor) -> dict[str, object]:
    view, row = page.card, page.card.row
    agencies = get_agencies({view.agency, view.owner})
    item = get_items([view.item]).get(view.item)
    names = {code: one.name for code, one in agencies.items()}
    late = row.late_words
    facts = [
        parts.Row(_("违反的规则"), view.rule, source=f"{view.rule_number} · {view.cite}"),
        parts.Row(_("部门"), names.get(view.agency, view.agency)),
        parts.Row(_("事项"), item.title if item else "–", source=view.case_number or view.object),
        parts.Row(_("到期日"), page.due_on.isoformat() if page.due_on else "–"),
        parts.Row(_("违规时刻"), f"{clock.local(view.breach_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("拟牌时刻"), f"{clock.local(view.proposed_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("扣分"), view.points),
    ]
    if view.owner != view.agency:
        facts.insert(2, parts.Row(_("现在由谁负责"), names.get(view.owner, view.owner)))
    posts = officer_posts({row.ruled_by} | {one.actor.removeprefix("officer:") for one in page.acts})
    return {
        "page": page,
        "card": view,
        "row": row,
        "lamp": lamp_of(view),
        "state": STATES[view.state],
        "citation": parts.Citation(view.cite.law, view.cite.article, bool(view.cite.verified_by)),
        "facts": facts,
        "late": late,
        "ruler": posts.get(row.ruled_by, row.ruled_by),
        "acts": [(one, posts.get(one.actor.removeprefix("officer:"), _("规则自动"))) for one in page.acts],
        "sees_entries": who.has_role("supervisor") or who.has_role("cio"),
    }


def _forms(request: HttpRequest, page: CardPage, who: Actor, problem: BadInput | None) -> dict[str, object]:
    row, watches = page.card.row, any(who.has_role(role) for role in WATCHERS)
    speaks = speaks_for(who, row.owner)
    standing = row.state in {"confirmed", "published"}
    verbs: list[str] = []
    if speaks and row.state in {"proposed", "explained"}:
        verbs += ["explain"]
    if speaks and standing and not row.appealed_at and row.appeal_by and clock.today() <= row.appeal_by:
        verbs += ["appeal"]
    if watches and row.state in {"proposed", "explained"}:
        verbs += ["confirm", "dismiss"]
    if watches and row.appealed_at and not row.appeal_outcome:
        verbs += ["keep", "uphold"]
    elif watches and standing:
        verbs += ["withdraw"]
    error = {problem.field or "words": str(problem)} if problem else {}
    words = _text("words", _("理由或说明"), request, error, _("写进账本，不能改；不要写个人信息。"))
    letter = [
        _text("letter", _("督办内容"), request, error, _("要部门做什么。")),
        Field(
            name="due_on",
            label=_("办结日"),
            kind="date",
            width="short",
            value=request.POST.get("due_on", ""),
            error=error.get("due_on", ""),
        ),
    ]
    answer = _text("answer", _("办理情况"), request, error, "")
    letters = watches and (standing or row.state in {"proposed", "explained"})
    return {
        "verbs": [(code, VERBS[code]) for code in verbs],
        "words": words,
        "letter": letter if letters else [],
        "answer": answer,
        "speaks": speaks,
        "errors": errors_of([words, *letter, answer]),
    }


def _text(name: str, label: str, request: HttpRequest, error: dict[str, str], hint: str) -> Field:
    return Field(
        name=name,
        label=label,
        hint=hint,
        kind="textarea",
        value=request.POST.get(name, "").replace("\0", ""),
        error=error.get(name, ""),
    )


def _number(given: str) -> Seen:
    return int(given) if given.isascii() and given.isdigit() else None


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput(_("请按 2026-12-03 的样子填日期。"), field="due_on") from error
