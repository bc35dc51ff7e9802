"""Requests of erasure: the data officer examines, the security officer confirms; never the same person."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import (
    ErasureView,
    assess_erasure,
    confirm_erasure,
    erasure_terms,
    get_erasure,
    order_erasure,
    refuse_erasure,
    waiting_erasures,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import ERASING_ROLES, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor

PAGE = 50


@officers(*ERASING_ROLES)
@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """What waits for this officer, the most urgent first; paged by due day and id."""
    who = actor(request)
    found = waiting_erasures(who, after=_after(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    context = {
        **frame(who, here="erasures"),
        "rows": [(row, _lamp(row)) for row in rows],
        "following": f"?after={rows[-1].due_on}_{rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/erasures.html", context)


@officers(*ERASING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, erasure: UUID) -> HttpResponse:
    """One request beside what the rules say of it today, and what this officer may do about it."""
    who = actor(request)
    view = get_erasure(erasure, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _act(request, view, who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:erasures"))
    found = assess_erasure(view.subject)
    fields = _fields(request, problem)
    context = {
        **frame(who, here="erasures"),
        "erasure": view,
        "lamp": _lamp(view),
        "found": found,
        "examines": view.state == "asked" and who.has_role("data-officer"),
        "confirms": view.state == "ordered" and who.has_role("security-officer"),
        "own": view.ordered_by == who.key,
        "ground": next((term for term in erasure_terms("ground") if term.code == view.ground), None),
        "ground_field": fields[0],
        "words_field": fields[1],
        "errors": errors_of(fields),
    }
    return render(request, "counter/erasure.html", context, status=422 if problem else 200)


def _act(request: HttpRequest, view: ErasureView, who: Actor) -> None:
    given = request.POST.get("seen", "")
    seen = int(given) if given.isdigit() else None
    match request.POST.get("verb", ""):
        case "order":
            order_erasure(erasure=view.id, ground=request.POST.get("ground", ""), seen=seen, by=who)
        case "refuse":
            refuse_erasure(erasure=view.id, words=request.POST.get("words", ""), seen=seen, by=who)
        case "confirm" | "return" as verb:
            confirm_erasure(erasure=view.id, agreed=verb == "confirm", seen=seen, by=who)
        case _:
            raise BadInput(_("请选择怎样处理这项请求。"), field="ground")


def _after(given: str) -> tuple[date, UUID] | None:
    """The key of the last row seen; anything else starts at the beginning."""
    day, _bar, last = given.partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError:
        return None


def _lamp(row: ErasureView) -> parts.Lamp:
    if row.answered_at:
        return parts.Lamp("green", _("已答复"))
    if clock.today() > row.due_on:
        return parts.Lamp("red", _("超期，应在 {day} 前答复").format(day=row.due_on))
    last = row.due_on == clock.today()
    return parts.Lamp("yellow" if last else "green", _("{day} 前答复").format(day=row.due_on))


def _fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    return [
        Field(
            name="ground",
            label=_("删除理由"),
            kind="radios",
            options=tuple(Option(term.code, term.title, term.cite) for term in erasure_terms("ground")),
            value=request.POST.get("ground", ""),
            error=errors.get("ground", ""),
        ),
        Field(
            name="words",
            label=_("给本人的答复"),
            hint=_("必须保存的内容和依据会自动列在答复后面。"),
            kind="textarea",
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]
