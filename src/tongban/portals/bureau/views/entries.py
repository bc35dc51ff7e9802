"""The whole catalogue for officers: also the entries that are not shown to everybody."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue.api import get_resource, note_unanswered_words, search_resources
from tongban.identity.api import get_agency
from tongban.kernel.errors import NotFound
from tongban.kernel.grams import kept_words
from tongban.kernel.sentences import say
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.design import catalogued
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import citation


@officers(*ROLES)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search as everybody does, over all entries; words that find nothing are demand as well."""
    words = catalogued.vocabulary()
    asked = catalogued.asked_of(request, public=False)
    after = catalogued.given(request, "after")
    found = search_resources(asked, after=after)
    if asked.words and not found.hits and not (after or asked.agency or asked.category or asked.sharing):
        note_unanswered_words(kept_words(asked.words))
    address = reverse("bureau:catalogue")
    following = {**catalogued.address_of(asked), "after": found.after}
    context = {
        **frame(actor(request), here="catalogue"),
        "query": asked.words,
        "fields": catalogued.filters(asked, words),
        "results": [catalogued.result(hit, words, page="bureau:entry") for hit in found.hits],
        "next_url": f"{address}?{urlencode(following)}" if found.after else "",
        "paged": bool(after),
        "address": address,
    }
    return render(request, "bureau/catalogue.html", context)


@officers(*ROLES)
@require_safe
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One published resource with its terms, for officers of any agency."""
    view = get_resource(code)
    if not view.offered:
        raise NotFound(say("「{name}」已撤下，或者还没有发布。", name=view.name))
    words = catalogued.vocabulary()
    agency = get_agency(view.agency)
    who = actor(request)
    context = {
        **frame(who, here="catalogue"),
        "may_ask": who.has_role("resource-owner") and who.agency != view.agency,
        "resource": view,
        "facts": catalogued.facts(view, words),
        "rows": catalogued.rows(view, agency, words),
        "items": catalogued.item_rows(view.items),
        "usual": catalogued.usual_terms(view.items),
        "basis": [citation(cite) for cite in view.basis],
        "links": catalogued.links(view, page="bureau:entry", public=False),
    }
    return render(request, "bureau/entry.html", context)
