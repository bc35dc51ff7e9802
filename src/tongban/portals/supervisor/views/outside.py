"""How many cases outside systems register: the numbers in which a false one would show."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.exchange.api import CaseCount, count_outside_cases
from tongban.identity.api import get_agencies
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import frame

PAGE = 50


@officers("auditor")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Each system with today's and the last month's registrations and refusals; paged by code."""
    after = request.GET.get("after", "")
    found = count_outside_cases(after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    agencies = get_agencies({row.agency for row in rows})
    context = {
        **frame(actor(request), here="outside-cases"),
        "rows": [
            (
                row,
                agencies[row.agency].name if row.agency in agencies else row.agency,
                _state(row),
                _search(row),
            )
            for row in rows
        ],
        "following": f"?after={rows[-1].subsystem}" if len(found) > PAGE else "",
    }
    return render(request, "supervisor/outside_cases.html", context)


def _state(row: CaseCount) -> parts.Status:
    if row.is_at_limit:
        return parts.Status(_("今天到了上限"), "danger")
    if row.refused_lately > row.lately:
        return parts.Status(_("被拒的比登记的多"), "warning")
    return parts.Status(_("正常"), "success")


def _search(row: CaseCount) -> str:
    """The search of the journal that lists its refusals; a reason is still asked for there."""
    asked = urlencode({"object": f"subsystem:{row.subsystem}"})
    return f"{reverse('supervisor:search')}?{asked}"
