"""免申即享: the agency runs an item's rule over a register, looks at the lists, and has whom it fits told."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.portals.counter.views.home import DECIDING_ROLES, frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import (
    SCREENING_LISTS,
    Fact,
    ScreenedView,
    ScreeningView,
    approve_telling,
    cancel_screening,
    get_screening,
    items_to_screen,
    open_list,
    order_screening,
    screenings_of,
)

PAGE = 50


@officers(*DECIDING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def screenings(request: HttpRequest) -> HttpResponse:
    """The agency's screenings, newest first, and the form that orders one."""
    who = actor(request)
    problem = ""
    if request.method == "POST":
        try:
            number = order_screening(item=request.POST.get("item", ""), by=who)
        except (BadInput, Conflict, NotFound) as bad:
            problem = str(bad)
        else:
            return HttpResponseRedirect(reverse("counter:screening", args=[number]))
    before = request.GET.get("before", "")
    found = screenings_of(
        who.agency,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    fields = _fields(who, request, problem) if who.has_role("examiner") else []
    context = {
        **frame(who, here="screenings"),
        "rows": [(row, _state(row)) for row in rows],
        "fields": fields,
        "errors": errors_of(fields),
        "following": f"?before={rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/screenings.html", context, status=422 if problem else 200)


@officers(*DECIDING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def screening(request: HttpRequest, screening: int) -> HttpResponse:
    """One screening: how many it found, one of its lists with the reasons, and what may be done with it."""
    who = actor(request)
    if request.method == "POST":
        _act(request, screening, who)
        return HttpResponseRedirect(request.path)
    view = get_screening(screening, agency=who.agency)
    which = request.GET.get("list", SCREENING_LISTS[0])
    after = request.GET.get("after", "").replace("\0", "")
    found = open_list(view, which, after=after, limit=PAGE + 1, by=who) if view.state == "done" else []
    rows = found[:PAGE]
    context = {
        **frame(who, here="screenings"),
        "view": view,
        "state": _state(view),
        "counts": _counts(view, which),
        "clauses": [
            (clause, n, parts.Citation(*_law_of(clause.cite), clause.verified)) for clause, n in view.decided
        ],
        "list": which,
        "people": [(row, _answer(row, view.facts)) for row in rows],
        "following": f"?list={which}&after={rows[-1].number}" if len(found) > PAGE else "",
        "cancels": view.state == "ordered" and who.has_role("examiner"),
        "approves": _to_approve(view) and who.has_role("approver") and view.ordered_by != who.key,
        "waits_for_approver": _to_approve(view) and not who.has_role("approver"),
    }
    return render(request, "counter/screening.html", context)


def _law_of(cite: str) -> tuple[str, str]:
    """《法》条 as its two halves."""
    law, _bracket, article = cite.removeprefix("《").partition("》")
    return law, article


def _act(request: HttpRequest, screening: int, who: Actor) -> None:
    match request.POST.get("verb", ""):
        case "cancel":
            cancel_screening(screening=screening, by=who)
        case "approve":
            approve_telling(screening=screening, seen=seen_of(request), by=who)
        case _:
            raise BadInput(_("请选择取消核对，还是批准告知。"))


def _to_approve(view: ScreeningView) -> bool:
    return view.state == "done" and view.approved_at is None and view.yes > 0


def _state(view: ScreeningView) -> parts.Status:
    """Where it is; what is done waits for an approver, is being told, or was told."""
    state = (
        ("told" if view.told_at else "telling" if view.approved_at else "done")
        if view.state == "done"
        else view.state
    )
    states: dict[str, parts.Status] = {
        "ordered": parts.Status(_("排队")),
        "running": parts.Status(_("正在核对")),
        "failed": parts.Status(_("没有完成"), "danger"),
        "cancelled": parts.Status(_("已取消")),
        "told": parts.Status(_("已告知"), "success"),
        "telling": parts.Status(_("正在告知")),
        "done": parts.Status(_("已核对"), "success"),
    }
    return states[state]


def _counts(view: ScreeningView, which: str) -> list[tuple[str, str, int, bool]]:
    """Each list: its name in the address, its title, how many stand in it, whether it is open."""
    titles = {
        "yes": (_("符合"), view.yes),
        "one-missing": (_("只缺一项"), view.one_missing),
        "more-missing": (_("缺几项"), view.more_missing),
        "no": (_("不符合"), view.no),
    }
    return [(name, *titles[name], name == which) for name in SCREENING_LISTS]


def _fields(who: Actor, request: HttpRequest, problem: str) -> list[Field]:
    options = [Option(item.code, item.title) for item in items_to_screen(who.agency)]
    return [
        Field(
            name="item",
            label=_("核对哪个事项"),
            kind="select",
            options=(Option("", _("请选择")), *options),
            value=request.POST.get("item", ""),
            hint=_(
                "用本人自查的同一套条件，核对登记簿里的每一个人。每个登记簿都要有批量授权；核对会记进每个人的数据足迹。"
            ),
            error=problem,
        )
    ]


def _answer(row: ScreenedView, facts: Mapping[str, Fact]) -> list[tuple[str, str, parts.Citation, str]]:
    """The clauses that decide, each with how it was met, its law and the fact that it met."""
    return [
        (
            reason.answer,
            reason.clause.says,
            parts.Citation(*_law_of(reason.clause.cite), reason.clause.verified),
            _fact(facts, reason.clause.fact, reason.value),
        )
        for reason in row.evaluation.reasons
    ]


def _fact(facts: Mapping[str, Fact], code: str, value: Any) -> str:
    return _("{fact}：{value}").format(fact=facts[code].title, value=_words(value))


def _words(value: Any) -> str:
    """A fact's value in words."""
    if value is None:
        return _("没有数据")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)
