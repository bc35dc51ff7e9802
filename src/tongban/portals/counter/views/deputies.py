"""Who stands in for whom in the agency; an approver or the head names a deputy for some days, and ends it."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import (
    ABSENT_ROLES,
    TENDING,
    DeputyView,
    colleagues,
    deputies_of,
    end_deputy,
    name_deputy,
)
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor


@officers(*TENDING)
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """Those of the agency, the newest first, and the form of whoever may be absent."""
    who = actor(request)
    problem: BadInput | Conflict | None = None
    if request.method == "POST":
        try:
            _act(request, who)
        except (BadInput, Conflict) as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    fields = _fields(request, who, problem) if any(who.has_role(role) for role in ABSENT_ROLES) else []
    context = {
        **frame(who, here="deputies"),
        "rows": [(one, _tag(one), one.officer == who.key) for one in deputies_of(who)],
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/deputies.html", context, status=problem.status if problem else 200)


def _act(request: HttpRequest, who: Actor) -> None:
    if ended := request.POST.get("end", ""):
        end_deputy(deputy=UUID(ended), seen=seen_of(request), by=who)
        return
    name_deputy(
        deputy=request.POST.get("deputy", ""),
        begins_on=_day(request, "begins_on"),
        ends_on=_day(request, "ends_on"),
        reason=request.POST.get("reason", ""),
        by=who,
    )


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise BadInput(_("请填写日期，例如 2026-12-10。"), field=name) from None


def _fields(request: HttpRequest, who: Actor, problem: BadInput | Conflict | None) -> list[Field]:
    at = problem.field if isinstance(problem, BadInput) else "deputy"
    errors = {at: str(problem)} if problem else {}
    today = clock.today().isoformat()
    options = tuple(
        Option(key, _("{name}（{key}）").format(name=name, key=key))
        for key, name in colleagues(who.agency).items()
        if key != who.key
    )
    shared = {"kind": "date", "width": "medium"}
    return [
        Field(
            name="deputy",
            label=_("代理人"),
            kind="select",
            options=options,
            value=request.POST.get("deputy", ""),
            error=errors.get("deputy", ""),
        ),
        Field(
            name="begins_on",
            label=_("从哪天起"),
            value=request.POST.get("begins_on", today),
            error=errors.get("begins_on", ""),
            **shared,  # type: ignore[arg-type]
        ),
        Field(
            name="ends_on",
            label=_("到哪天止"),
            value=request.POST.get("ends_on", ""),
            error=errors.get("ends_on", ""),
            **shared,  # type: ignore[arg-type]
        ),
        Field(
            name="reason",
            label=_("代理的原因"),
            value=request.POST.get("reason", ""),
            error=errors.get("reason", ""),
        ),
    ]


def _tag(one: DeputyView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "coming": (_("还没开始"), "info"),
        "now": (_("代理中"), "success"),
        "over": (_("已结束"), "plain"),
    }
    return parts.Status(*words[one.state])
