"""The front page and the search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.services.api import Hit, list_bundles, search


@everybody
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then what can be done here."""
    return render(request, "public/home.html", {"bundles": [_result(hit) for hit in list_bundles()]})


@everybody
@limits.limited(limits.searches, names="q")
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the words find; where nothing is found, what there is."""
    query = request.GET.get("q", "").strip()[:100]
    hits = search(query) if query else []
    context = {
        "query": query,
        "results": [_result(hit) for hit in hits],
        "others": [_result(hit) for hit in list_bundles()] if not hits else [],
    }
    return render(request, "public/results.html", context)


def _result(hit: Hit) -> parts.Result:
    facts = (_("一件事"),) if hit.kind == "bundle" else (_("单个事项"),)
    return parts.Result(hit.title, reverse(f"public:{hit.kind}", args=[hit.code]), hit.summary, facts)
