"""The front page and the search."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.services.api import Found, Hit, list_bundles, note_unanswered, search


@everybody
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then what can be done here."""
    return render(request, "public/home.html", {"bundles": [_result(hit) for hit in list_bundles()]})


@everybody
@limits.limited(limits.searches, names="q")
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the words find, a page at a time; where nothing is found, what is nearest, and the words are counted."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = search(query, after=after, before=before) if query else Found()
    if query and not found.hits and not (after or before):
        note_unanswered(query)
    context = {
        "query": query,
        "results": [_result(hit) for hit in found.hits],
        "nearest": [_result(hit) for hit in found.nearest],
        "others": [_result(hit) for hit in list_bundles()] if not (found.hits or found.nearest) else [],
        "previous_url": _page(query, "before", found.before),
        "next_url": _page(query, "after", found.after),
        "paged": bool(after or before),
        "first_url": f"{reverse('public:search')}?{urlencode({'q': query})}",
    }
    return render(request, "public/results.html", context)


def _page(query: str, way: str, key: str) -> str:
    return f"{reverse('public:search')}?{urlencode({'q': query, way: key})}" if key else ""


def _result(hit: Hit) -> parts.Result:
    kinds = {"bundle": _("一件事"), "item": _("单个事项"), "listed": _("取自公布的清单，未核对")}
    facts = [kinds[hit.kind], hit.agency, _("区划代码 {area}").format(area=hit.area) if hit.area else ""]
    url = reverse(f"public:{hit.kind}", args=[hit.code])
    return parts.Result(hit.title, url, hit.summary, tuple(fact for fact in facts if fact))
