"""Signing the part that a co-applicant has in somebody else's application; what changed in a form under a draft."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.cases.api import (
    SigningPart,
    acknowledge_changes,
    decline_part,
    get_application,
    get_part,
    sign_part,
)
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import people, people_and_agents
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import citation


def signing_tag(state: str) -> parts.Status:
    """How a part stands, for who was asked and for who asked."""
    words: dict[str, tuple[str, parts.Tone]] = {
        "asked": (_("等待签名"), "warning"),
        "signed": (_("已签名"), "success"),
        "declined": (_("没有同意"), "danger"),
    }
    return parts.Status(*words[state])


@people
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, number: str, material: str) -> HttpResponse:
    """The text, the answers beside it, who asks; then sign, or decline with a reason."""
    who = actor(request)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "sign":
                sign_part(number=number, material=material, by=who)
            else:
                decline_part(number=number, material=material, reason=request.POST.get("reason", ""), by=who)
        except BadInput as bad:
            problem = str(bad)
        else:
            return HttpResponseRedirect(request.path)
    part = get_part(number, material, by=who)
    field = Field(
        name="reason",
        label=_("不同意的理由"),
        kind="textarea",
        hint=_("只有不同意的时候要写；申请人会看到。"),
        value=request.POST.get("reason", ""),
        error=problem,
        required=False,
    )
    context = {
        "part": part,
        "tag": signing_tag(part.state),
        "rows": _rows(part),
        "cites": [citation(cite) for cite in part.cites],
        "field": field,
        "errors": errors_of([field]),
        "here": "mine",
    }
    return render(request, "citizen/sign.html", context, status=422 if problem else 200)


@people_and_agents
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, number: str) -> HttpResponse:
    """What became of the form under the draft; then it goes on where something is open."""
    view = get_application(number, by=actor(request))
    if request.method == "POST":
        acknowledge_changes(number=number, by=actor(request))
        return HttpResponseRedirect(reverse("citizen:resume", args=[number]))
    if not view.changes or view.state != "preparing":
        return HttpResponseRedirect(reverse("citizen:resume", args=[number]))
    return render(request, "citizen/changes.html", {"application": view, "here": "mine"})


def _rows(part: SigningPart) -> list[parts.Row]:
    return [
        parts.Row(_("谁请您签"), part.applicant),
        parts.Row(_("办什么"), part.application),
        parts.Row(_("您是"), part.part),
        *(parts.Row(title, answer) for title, answer in part.shown),
        *(parts.Row(title, state) for title, state in part.cases),
    ]
