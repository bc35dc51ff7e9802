"""The data officer's morning page: what moves, what is late, what is broken, how complete each agency is."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue.api import agencies_at_work, list_demand, read_vocabulary, waiting_reviews
from tongban.exchange.api import HEALTH_DAYS, SMALL, flows_in, source_health, sources, what_is_late
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.views.flows import (
    asked_period,
    period_choices,
    period_query,
    period_words,
    picture_of,
)
from tongban.portals.bureau.views.health import health_rows, late_rows
from tongban.portals.bureau.views.outside import drop_rows, system_rows
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.registers.api import drop_health

#: So many late things, sources and agencies stand on the first page; the rest on their own, or when asked for.
SHOWN = 8


@officers("data-officer")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Flows as a picture with its table; what is late; sources; then how the catalogue stands."""
    who, period = actor(request), asked_period(request)
    made = flows_in(period)
    pictures, sums = picture_of(made)
    found_late, found_sources = what_is_late(), sources()[:SHOWN]
    rows = agencies_at_work()
    agencies_total = len(rows)
    if request.GET.get("agencies") != "all":
        rows = rows[:SHOWN]
    agencies = get_agencies({row.agency for row in rows})
    waiting = waiting_reviews(who, read_vocabulary(clock.today()), limit=10)
    names = get_agencies({row.agency for row in waiting})
    context = {
        **frame(who, here="overview"),
        "period": period_words(period),
        "choices": period_choices(request, period),
        "moved": made.ribbons,
        "inside": made.inside,
        "pictures": pictures,
        "sums": sums,
        "small": SMALL,
        "flows_url": f"{reverse('bureau:flows')}?{urlencode(period_query(period))}",
        "file_url": f"{reverse('bureau:flows-file')}?{urlencode(period_query(period))}",
        "late": late_rows(found_late[:SHOWN]),
        "late_total": len(found_late),
        "health": health_rows(found_sources, get_agencies({row.agency for row in found_sources})),
        "systems": system_rows(source_health())[:SHOWN],
        "drops": drop_rows(drop_health())[:SHOWN],
        "days": HEALTH_DAYS,
        "rows": [(row, agencies[row.agency].name if row.agency in agencies else row.agency) for row in rows],
        "agencies_total": agencies_total,
        "more_agencies": agencies_total > len(rows),
        "waiting": [(row, names[row.agency].name) for row in waiting],
        "demand": list_demand(limit=10),
    }
    return render(request, "bureau/overview.html", context)
