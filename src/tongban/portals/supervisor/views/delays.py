"""Telling later: what a data officer ordered, confirmed or returned by somebody who watches; never the same person."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban.exchange.api import confirm_delay
from tongban.kernel.errors import BadInput
from tongban.portals.design.access import officers
from tongban.portals.design.delays import delay_rows
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import WATCHERS, frame


@officers(*WATCHERS)
@require_safe
def delays(request: HttpRequest) -> HttpResponse:
    """What waits, runs and is over; what waits with the two buttons."""
    who = actor(request)
    context = {**frame(who, here="delays"), "rows": delay_rows(decided_by=who.key)}
    return render(request, "supervisor/delays.html", context)


@officers(*WATCHERS)
@require_POST
def decide(request: HttpRequest, delay: UUID) -> HttpResponse:
    """Confirm or return one."""
    seen, verb = request.POST.get("seen", ""), request.POST.get("verb", "")
    if verb not in {"confirm", "return"}:
        raise BadInput(_("请选择复核同意或者退回。"), field="verb")
    confirm_delay(
        delay=delay,
        agreed=verb == "confirm",
        seen=int(seen) if seen.isascii() and seen.isdigit() else None,
        by=actor(request),
    )
    return HttpResponseRedirect(reverse("supervisor:delays"))
