"""What an agency is told: the messages, running disputes, the week on one page."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import digest_of, monday, named_objects, open_disputes
from tongban.identity.api import get_agency
from tongban.kernel import clock
from tongban.notices.api import mark_seen, notices_of_agency
from tongban.portals.bureau.asking import day_of
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.sharing import (
    day_key,
    due_lamp,
    names_of,
    place_of,
    request_lamp,
    request_status,
)
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor

PAGE = 50
WEEK = timedelta(days=7)


@officers(*ROLES)
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """Running disputes, the most urgent first; paged by due day and number."""
    who = actor(request)
    found = open_disputes(who, after=day_key(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    names = names_of({code for _one, row in rows for code in (row.consumer, row.provider)})
    context = {
        **frame(who, here="disputes"),
        "rows": [
            (one, row, names.get(row.consumer, ""), names.get(row.provider, ""), due_lamp(one.due_on, None))
            for one, row in rows
        ],
        "following": f"?after={rows[-1][0].due_on}_{rows[-1][0].id}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/disputes.html", context)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """What other agencies did about requests, grants and disputes; newest first, paged by number."""
    who = actor(request)
    if request.method == "POST":
        until = request.POST.get("until", "")
        if until.isascii() and until.isdigit():
            mark_seen(who.agency, until=int(until[:18]), by=who.key)
        return HttpResponseRedirect(reverse("bureau:messages"))
    before = request.GET.get("before", "")
    last = int(before[:18]) if before.isascii() and before.isdigit() else None
    found = notices_of_agency(who.agency, before=last, limit=PAGE + 1)
    rows = found[:PAGE]
    about = named_objects({row.object for row in rows})
    context = {
        **frame(who, here="messages"),
        "rows": [(row, place_of(row.object), about.get(row.object, "")) for row in rows],
        "until": rows[0].id if rows and last is None and any(row.is_new for row in rows) else "",
        "following": f"?before={rows[-1].id}" if len(found) > PAGE else "",
        "paged": last is not None,
    }
    return render(request, "bureau/messages.html", context)


@officers("resource-owner")
@require_safe
def digest(request: HttpRequest) -> HttpResponse:
    """The owner's week: what waits and is late, who used what, refusals, corrections, stops, what nobody uses."""
    who = actor(request)
    this = monday(clock.today())
    week = min(monday(day_of(request.GET.get("week", "")) or this), this)
    week = max(week, date(2000, 1, 3))
    view = digest_of(who, week)
    names = names_of(
        {
            *(row.consumer for row in (*view.waiting, *view.answered)),
            *(use.consumer for use in view.used),
            *(one[1] for one in view.stopped),
            *(one.consumer for one in view.unused),
        }
    )
    context = {
        **frame(who, here="digest"),
        "agency": get_agency(who.agency).name,
        "view": view,
        "waiting": [(row, names.get(row.consumer, ""), request_lamp(row)) for row in view.waiting],
        "answered": [(row, names.get(row.consumer, ""), request_status(row)) for row in view.answered],
        "used": [(use, names.get(use.consumer, "")) for use in view.used],
        "stopped": [(code, names.get(agency, ""), name) for code, agency, name in view.stopped],
        "unused": [(one, names.get(one.consumer, "")) for one in view.unused],
        "before": f"?week={week - WEEK}",
        "following": f"?week={week + WEEK}" if week < this else "",
    }
    return render(request, "bureau/digest.html", context)
