"""Asking that one's data be erased: what would go, what must stay and why, the answer and where to turn."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.exchange.api import ErasureView, ask_erasure, assess_erasure, erasure_terms, erasures_of
from tongban.kernel.errors import BadInput
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor

OPEN = {"asked", "ordered", "confirmed"}


@people
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """The request and its answers; a form only while none is open."""
    who = actor(request)
    person = UUID(who.key)
    error = ""
    if request.method == "POST":
        try:
            ask_erasure(reason=request.POST.get("reason", ""), by=who)
        except BadInput as problem:
            error = str(problem)
        else:
            return HttpResponseRedirect(reverse("citizen:erasure"))
    asked = erasures_of(person)
    waiting = any(one.state in OPEN for one in asked)
    field = Field(
        name="reason",
        label=_("为什么要删除"),
        hint=_("例如：事情早已办完，不再需要。一句话也可以。"),
        kind="textarea",
        value=request.POST.get("reason", ""),
        error=error,
    )
    found = None if waiting else assess_erasure(person)
    context = {
        "asked": [(one, _state(one)) for one in asked],
        "field": None if waiting else field,
        "found": found,
        "grounds": erasure_terms("ground"),
        "remedies": erasure_terms("remedy"),
        "errors": errors_of([field]),
        "here": "mine",
    }
    return render(request, "citizen/erasure.html", context, status=422 if error else 200)


def _state(one: ErasureView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "asked": (_("已收到，等审查"), "info"),
        "ordered": (_("审查同意，等第二人复核"), "info"),
        "confirmed": (_("复核同意，正在销毁"), "info"),
        "refused": (_("不予删除"), "warning"),
        "done": (_("已删除"), "success"),
    }
    return parts.Status(*words[one.state])
