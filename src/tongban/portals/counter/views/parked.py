"""What follows from acts and failed: objects that stand still for a subscriber, and a button to try them again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.journal.api import parked_objects, resume
from tongban.portals.counter.views.home import frame
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor


@officers("operator")
@require_http_methods(["GET", "HEAD", "POST"])
def parked(request: HttpRequest) -> HttpResponse:
    """The list, the longest first; posting has one object tried again."""
    who = actor(request)
    if request.method == "POST":
        resume(
            subscriber=request.POST.get("subscriber", ""),
            stopped_object=request.POST.get("object", ""),
            by=who,
        )
        return HttpResponseRedirect(reverse("counter:parked"))
    return render(request, "counter/parked.html", {**frame(who, here="parked"), "rows": parked_objects()})
