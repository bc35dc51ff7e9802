"""The data officer's morning page: how complete each agency is, and what waits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalogue.api import agencies_at_work, list_demand, read_vocabulary, waiting_reviews
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.portals.bureau.framing import frame
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor


@officers("data-officer")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Agencies, the least complete first; reviews that wait; words that nobody answered."""
    who = actor(request)
    rows = agencies_at_work()
    agencies = get_agencies({row.agency for row in rows})
    waiting = waiting_reviews(who, read_vocabulary(clock.today()), limit=10)
    names = get_agencies({row.agency for row in waiting})
    context = {
        **frame(who, here="overview"),
        "rows": [(row, agencies[row.agency].name if row.agency in agencies else row.agency) for row in rows],
        "waiting": [(row, names[row.agency].name) for row in waiting],
        "demand": list_demand(limit=10),
    }
    return render(request, "bureau/overview.html", context)
