"""The bundles that an agency leads: what runs of them, and one with its members, what blocks each, and a nudge."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import PAGE, MemberView, get_coordination, led_applications, nudge
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.counter.views.home import DECIDING_ROLES, frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import state_tag


@officers(*DECIDING_ROLES)
@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    """What runs of the bundles that this agency leads, the longest running first; another page goes on by key."""
    who = actor(request)
    rows = led_applications(who, after=request.GET.get("after", ""))
    context = {
        **frame(who, here="bundles"),
        "rows": rows,
        "following": f"?after={rows[-1].number}" if len(rows) == PAGE else "",
    }
    return render(request, "counter/bundles.html", context)


@officers(*DECIDING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, number: str) -> HttpResponse:
    """One of them: its members with what each waits for; a nudge for one that does not move."""
    who = actor(request)
    view = get_coordination(number, by=who)
    wanted, problem = request.POST.get("member", ""), ""
    if request.method == "POST":
        if wanted not in {one.number for one in view.members}:
            raise NotFound(_("这件事里没有这一件。"))
        try:
            nudge(number=wanted, words=request.POST.get(f"words-{wanted}", ""), by=who)
        except BadInput as bad:
            problem = str(bad)
        else:
            return HttpResponseRedirect(request.path)
    members = [
        (one, state_tag(one.state, one.state_title), _field(request, one, wanted, problem))
        for one in view.members
    ]
    context = {
        **frame(who, here="bundles"),
        "view": view,
        "members": members,
        "errors": errors_of(field for _one, _tag, field in members if field),
    }
    return render(request, "counter/bundle.html", context, status=422 if problem else 200)


def _field(request: HttpRequest, one: MemberView, wanted: str, problem: str) -> Field | None:
    """What is said with a nudge; none where the member has ended."""
    if one.final:
        return None
    name = f"words-{one.number}"
    return Field(
        name=name,
        label=_("请对方办什么"),
        kind="textarea",
        value=request.POST.get(name, ""),
        error=problem if wanted == one.number else "",
    )
