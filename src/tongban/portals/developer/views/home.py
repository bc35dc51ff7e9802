"""Where a developer begins: three steps, the interfaces there are, and how a message is made."""

from base64 import b64encode
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.api import Asked, ResourceView, search_resources
from tongban.exchange.api import GATEWAY_KEY, HEADERS, REFUSALS, SANDBOX_KEY, list_described
from tongban.identity.api import get_agencies
from tongban.keys.api import custody
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody

PAGE = 40
#: Hits of the search that are looked at for an interface.
LOOKED_AT = 100


@everybody
@limits.limited(limits.searches, names="q")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The interfaces by code, or those that words find; paged by code."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    after = request.GET.get("after", "").replace("\0", "")[:100]
    found = _found(words) if words else list_described(after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    agencies = get_agencies({row.agency for row in rows})
    context = {
        "query": words,
        "results": [
            _result(row, agencies[row.agency].name if row.agency in agencies else row.agency) for row in rows
        ],
        "next_url": f"?{urlencode({'after': rows[-1].code})}" if not words and len(found) > PAGE else "",
        "sandbox": settings.TONGBAN_SANDBOX,
        "instance": settings.TONGBAN_INSTANCE,
    }
    return render(request, "developer/home.html", context)


@everybody
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Headers, who one is, own cases, every error; and the keys that answers are signed by."""
    context = {
        "headers": HEADERS,
        "refusals": REFUSALS,
        "keys": [
            (instance, name, b64encode(custody().public(name)).decode())
            for instance, name in (
                (settings.TONGBAN_INSTANCE, GATEWAY_KEY),
                (settings.TONGBAN_SANDBOX, SANDBOX_KEY),
            )
        ],
        "instance": settings.TONGBAN_INSTANCE,
        "sandbox": settings.TONGBAN_SANDBOX,
        "limit": settings.TONGBAN_OUTSIDE_CASES_A_DAY,
    }
    return render(request, "developer/guide.html", context)


def _found(words: str) -> list[ResourceView]:
    """The interfaces among the resources that words find, best first."""
    codes = [hit.code for hit in search_resources(Asked(words=words), limit=LOOKED_AT).hits]
    shown = {one.code: one for one in list_described(among=codes, limit=LOOKED_AT)} if codes else {}
    return [shown[code] for code in codes if code in shown][:PAGE]


def _result(row: ResourceView, agency: str) -> parts.Result:
    items = _("{n} 个信息项").format(n=len(row.items))
    facts = (agency, row.sharing_title, items)
    return parts.Result(row.name, reverse("developer:interface", args=[row.code]), row.summary, facts)
