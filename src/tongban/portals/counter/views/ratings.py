"""Bad ratings of the agency: talked about in one working day, answered for in time, by somebody who did not handle the case."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import RatingView, answer_rating, bad_ratings, contact_rater, get_rating
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.counter.views.home import DECIDING_ROLES, frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.counter.views.objections import after_key
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.rated import rating_clocks, rating_rows

PAGE = 50
HANDLING_ROLES = ("window-clerk", *DECIDING_ROLES)


@officers(*HANDLING_ROLES)
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """Bad ratings that are still to be answered, the soonest due first; paged by day and id."""
    who = actor(request)
    found = bad_ratings(who, after=after_key(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    context = {
        **frame(who, here="ratings"),
        "rows": [(row, _lamp(row)) for row in rows],
        "following": f"?after={rows[-1].mend_due_on}_{rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/ratings.html", context)


@officers(*HANDLING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, rating: UUID) -> HttpResponse:
    """One rating with its clocks, and what is to be done about it now."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _act(request, rating)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    view = get_rating(rating, by=who)
    fields = _fields(request, view, problem)
    context = {
        **frame(who, here="ratings"),
        "rating": view,
        "lamp": _lamp(view),
        "rows": rating_rows(view),
        "clocks": rating_clocks(view),
        "fields": fields,
        "errors": errors_of(fields),
        "button": _("答复评价人") if view.contacted_on else _("记录联系情况"),
        "verb": "answer" if view.contacted_on else "contact",
    }
    return render(request, "counter/rating.html", context, status=422 if problem else 200)


def _act(request: HttpRequest, rating: UUID) -> None:
    words, seen, who = request.POST.get("words", ""), seen_of(request), actor(request)
    match request.POST.get("verb"):
        case "contact":
            contact_rater(rating=rating, words=words, seen=seen, by=who)
        case "answer":
            outcome = request.POST.get("outcome", "")
            answer_rating(rating=rating, outcome=outcome, words=words, seen=seen, by=who)
        case _:
            raise NotFound(_("没有这一步。"))


def _fields(request: HttpRequest, view: RatingView, problem: BadInput | None) -> list[Field]:
    if view.due_on is None or view.handled_by_me:
        return []
    errors = {problem.field: str(problem)} if problem else {}
    words = Field(
        name="words",
        label=_("给评价人的答复") if view.contacted_on else _("联系的情况"),
        hint=_("本人会在办件页面看到。") if view.contacted_on else _("什么时候、怎么联系的，问到了什么。"),
        kind="textarea",
        value=request.POST.get("words", ""),
        error=errors.get("words", ""),
    )
    if view.contacted_on is None:
        return [words]
    outcomes = (
        Option("mended", _("已整改")),
        Option("explained", _("已说明"), _("办理没有不当，已经向本人说清楚")),
        Option("unfounded", _("误评"), _("核实后不属实，不计入统计")),
    )
    outcome = Field(
        name="outcome",
        label=_("处理结果"),
        kind="radios",
        options=outcomes,
        value=request.POST.get("outcome", ""),
        error=errors.get("outcome", ""),
    )
    return [outcome, words]


def _lamp(row: RatingView) -> parts.Lamp:
    due: date | None = row.due_on
    if due is None:
        return parts.Lamp("green", _("已答复") if row.answered_on else _("不用处理"))
    what = _("{day} 前答复") if row.contacted_on else _("{day} 前联系本人")
    if due < clock.today():
        return parts.Lamp("red", _("超期，应在 {day} 前完成").format(day=due))
    return parts.Lamp("yellow" if due == clock.today() else "green", what.format(day=due))
