"""Rating a handling: five levels, nothing chosen beforehand, nobody has to; after the answer once more."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import (
    RatingView,
    get_application,
    rate_again,
    rate_case,
    rating_levels,
    rating_of_case,
)
from tongban.clocks.api import limit_of
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.printed import case_of
from tongban.portals.design.rated import rating_clocks, rating_rows


@people
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, number: str) -> HttpResponse:
    """What she says of one handling, what was answered, and the one follow-up."""
    view = get_application(number, by=actor(request))
    case = case_of(view, number)
    said = rating_of_case(number, by=actor(request))
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            _send(request, number, said)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    may = case.final and case.state != "withdrawn" and (said is None or _may_follow(said))
    fields = _fields(request, problem, again=said is not None) if may else []
    context = {
        "application": view,
        "case": case,
        "said": said,
        "rows": rating_rows(said) if said else [],
        "clocks": rating_clocks(said) if said and said.due_on else [],
        "fields": fields,
        "errors": errors_of(fields),
        "contact": str(limit_of("rating-contact", on=clock.today())),
        "mend": str(limit_of("rating-mend", on=clock.today())),
        "here": "mine",
    }
    return render(request, "citizen/rating.html", context, status=422 if problem else 200)


def _may_follow(said: RatingView) -> bool:
    return said.answered_on is not None and said.again_on is None


def _send(request: HttpRequest, number: str, said: RatingView | None) -> None:
    given = request.POST.get("level", "")
    level = int(given) if given.isdigit() else None
    words = request.POST.get("words", "")
    if said:
        rate_again(number=number, level=level, words=words, by=actor(request))
    else:
        tags = [tag for tag in request.POST.getlist("tags") if tag in _tags_of(level)]
        rate_case(number=number, level=level, tags=tags, words=words, by=actor(request))


def _tags_of(level: int | None) -> tuple[str, ...]:
    return next((one.tags for one in rating_levels() if one.level == level), ())


def _fields(request: HttpRequest, problem: BadInput | None, *, again: bool) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    levels = rating_levels()
    level = Field(
        name="level",
        label=_("现在您觉得") if again else _("这一件办得怎么样"),
        kind="radios",
        options=tuple(Option(str(one.level), one.title) for one in levels),
        value=request.POST.get("level", ""),
        error=errors.get("level", ""),
    )
    words = Field(
        name="words",
        label=_("想说的话"),
        kind="textarea",
        required=False,
        value=request.POST.get("words", ""),
        error=errors.get("words", ""),
    )
    if again:
        return [level, words]
    every = dict.fromkeys(tag for one in levels for tag in one.tags)
    tags = Field(
        name="tags",
        label=_("哪些地方好，哪些地方不好"),
        hint=_("可以多选；和您选的满意程度不配的，不会记下。"),
        kind="checkboxes",
        options=tuple(Option(tag, tag) for tag in every),
        values=tuple(request.POST.getlist("tags")),
        required=False,
        error=errors.get("tags", ""),
    )
    return [level, tags, words]
