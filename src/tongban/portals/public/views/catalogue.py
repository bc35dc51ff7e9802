"""The public catalogue: search, a resource with its items and how to ask for it, and the same for programs."""

import json
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.api import (
    DCAT_FORMATS,
    ResourceView,
    dcat,
    get_public,
    note_unanswered_words,
    public_resources,
    search_resources,
    table_schema,
)
from tongban.identity.api import get_agencies, get_agency
from tongban.kernel.errors import NotFound
from tongban.kernel.grams import kept_words
from tongban.portals.design import catalogued, limits
from tongban.portals.design.access import everybody
from tongban.portals.design.middleware import visitor
from tongban.portals.design.shown import citation

DATASETS_A_PAGE = 100
_FORM_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML"}


@everybody
@limits.limited(limits.searches, names="q")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search by word, agency, class and sharing type; words that find nothing are counted, of nobody."""
    words = catalogued.vocabulary()
    asked = catalogued.asked_of(request, public=True)
    after = catalogued.given(request, "after")
    found = search_resources(asked, after=after)
    if asked.words and not found.hits and not (after or asked.agency or asked.category or asked.sharing):
        note_unanswered_words(kept_words(asked.words))
    narrowed = catalogued.address_of(asked)
    address = reverse("public:catalogue")
    context = {
        "query": asked.words,
        "fields": catalogued.filters(asked, words),
        "results": [catalogued.result(hit, words, page="public:resource") for hit in found.hits],
        "next_url": f"{address}?{urlencode({**narrowed, 'after': found.after})}" if found.after else "",
        "paged": bool(after),
        "address": address,
        "forms": [(form, _FORM_NAMES[form]) for form in DCAT_FORMATS],
    }
    return render(request, "public/catalogue.html", context)


@everybody
@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: what it holds, how each item is shared and opened by which law, and how to ask for it."""
    view = get_public(code)
    who = visitor(request)
    words = catalogued.vocabulary()
    agency = get_agency(view.agency)
    context = {
        "resource": view,
        "agency": agency,
        "facts": catalogued.facts(view, words),
        "rows": catalogued.rows(view, agency, words),
        "items": catalogued.item_rows(view.items),
        "usual": catalogued.usual_terms(view.items),
        "basis": [citation(cite) for cite in view.basis],
        "links": catalogued.links(view, page="public:resource", public=True),
        "may_ask": bool(who and who.has_role("resource-owner") and who.agency != view.agency),
    }
    return render(request, "public/resource.html", context)


@everybody
@require_safe
def schema(_request: HttpRequest, code: str) -> HttpResponse:
    """The items as a Table Schema."""
    text = json.dumps(_table_schema(get_public(code)), ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/json")


def _table_schema(view: ResourceView) -> dict[str, object]:
    return table_schema(view.code, view.name, view.items)


@everybody
@require_safe
def datasets(request: HttpRequest, form: str) -> HttpResponse:
    """A page of the public catalogue as DCAT-AP; `Link: rel=next` names the next one."""
    after = catalogued.given(request, "after")
    shown = public_resources(after=after, limit=DATASETS_A_PAGE)
    following = shown[-1].code if len(shown) == DATASETS_A_PAGE else ""
    return _dcat(request, form, shown, following=following)


@everybody
@require_safe
def dataset(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One resource as DCAT-AP."""
    return _dcat(request, form, [get_public(code)])


def _dcat(request: HttpRequest, form: str, shown: list[ResourceView], *, following: str = "") -> HttpResponse:
    if form not in DCAT_FORMATS:
        raise NotFound(_("只有 ttl、jsonld、rdf 三种格式。"))
    address = request.build_absolute_uri(reverse("public:catalogue"))
    text = dcat(
        shown,
        get_agencies({one.agency for one in shown}),
        catalogued.vocabulary(),
        base=address,
        title=settings.TONGBAN_CITY + "信息资源目录",
        format_name=form,
    )
    response = HttpResponse(text, content_type=DCAT_FORMATS[form][1])
    if following:
        page = request.build_absolute_uri(f"{request.path}?{urlencode({'after': following})}")
        response.headers["Link"] = f'<{page}>; rel="next"'
    return response
