"""The public catalogue: search, a resource with its items and how to ask for it, and the same for programs."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.api import (
    CHOICES,
    DCAT_FORMATS,
    Asked,
    ResourceHit,
    ResourceView,
    Vocabulary,
    dcat,
    get_public,
    get_resources,
    note_unanswered_words,
    providers,
    public_resources,
    read_vocabulary,
    search_resources,
    table_schema,
)
from tongban.identity.api import AgencyView, get_agencies, get_agency
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.grams import kept_words
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.middleware import visitor
from tongban.portals.design.remembered import remembered
from tongban.portals.design.shown import citation
from tongban.services.api import get_items

DATASETS_A_PAGE = 100


@everybody
@limits.limited(limits.searches, names="q")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search by word, agency, class and sharing type; words that find nothing are counted, of nobody."""
    words = read_vocabulary(clock.today())
    asked = Asked(
        words=_given(request, "q"),
        agency=_given(request, "agency"),
        category=_given(request, "class"),
        sharing=_given(request, "sharing"),
    )
    after = _given(request, "after")
    found = search_resources(asked, after=after)
    if asked.words and not found.hits and not (after or asked.agency or asked.category or asked.sharing):
        note_unanswered_words(kept_words(asked.words))
    narrowed = {"q": asked.words, "agency": asked.agency, "class": asked.category, "sharing": asked.sharing}
    address = reverse("public:catalogue")
    context = {
        "query": asked.words,
        "fields": _filters(request, asked, words),
        "results": [_result(hit, words) for hit in found.hits],
        "next_url": f"{address}?{urlencode({**narrowed, 'after': found.after})}" if found.after else "",
        "paged": bool(after),
        "address": address,
        "forms": list(DCAT_FORMATS),
    }
    return render(request, "public/catalogue.html", context)


@everybody
@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: what it holds, how each item is shared and opened by which law, and how to ask for it."""
    view = get_public(code)
    who = visitor(request)
    words = read_vocabulary(clock.today())
    agency = get_agency(view.agency)
    context = {
        "resource": view,
        "agency": agency,
        "facts": [
            parts.Fact(_("共享类型"), view.sharing_title),
            parts.Fact(_("开放类型"), view.open_title or _("没有写明")),
            parts.Fact(_("更新周期"), words.title("update-cycle", view.update_cycle)),
            parts.Fact(_("信息项"), len(view.items), _("项")),
        ],
        "rows": _rows(view, agency, words),
        "items": [
            (
                item,
                CHOICES["type"].get(item.type, item.type),
                citation(item.cite) if item.cite else None,
                citation(item.open_cite) if item.open_cite else None,
            )
            for item in view.items
        ],
        "links": _links(view),
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
    after = _given(request, "after")
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
        read_vocabulary(clock.today()),
        base=address,
        title=settings.TONGBAN_CITY + "信息资源目录",
        format_name=form,
    )
    response = HttpResponse(text, content_type=DCAT_FORMATS[form][1])
    if following:
        page = request.build_absolute_uri(f"{request.path}?{urlencode({'after': following})}")
        response.headers["Link"] = f'<{page}>; rel="next"'
    return response


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:100]


def _filters(request: HttpRequest, asked: Asked, words: Vocabulary) -> list[Field]:
    agencies = remembered(request, "catalogue-agencies", make=_agencies)
    classes = [(one.code, words.path("resource-class", one.code)) for one in words.choices("resource-class")]
    return [
        _choice("agency", _("提供部门"), asked.agency, [("", _("所有部门")), *agencies]),
        _choice("class", _("分类"), asked.category, [("", _("所有分类")), *classes]),
        _choice("sharing", _("共享类型"), asked.sharing, [("", _("所有类型")), *CHOICES["sharing"].items()]),
    ]


def _agencies() -> list[tuple[str, str]]:
    found = get_agencies(providers())
    return sorted(((one.code, one.name) for one in found.values()), key=lambda pair: pair[1])


def _choice(name: str, label: str, value: str, options: Sequence[tuple[str, str]]) -> Field:
    shown = tuple(Option(code, title) for code, title in options)
    return Field(name=name, label=label, kind="select", value=value, options=shown)


def _result(hit: ResourceHit, words: Vocabulary) -> parts.Result:
    shares = "、".join(CHOICES["sharing"][one] for one in hit.sharings)
    facts = (hit.agency_name, words.path("resource-class", hit.category), shares)
    url = reverse("public:resource", args=[hit.code])
    return parts.Result(hit.title, url, hit.summary, tuple(fact for fact in facts if fact))


def _rows(view: ResourceView, agency: AgencyView, words: Vocabulary) -> list[parts.Row]:
    survey = view.survey
    rows = [
        (_("信息资源代码"), view.number),
        (_("分类"), words.path("resource-class", view.category)),
        (_("提供方"), agency.name),
        (_("提供方代码"), agency.uscc),
        (_("格式"), _pair(words, "resource-format", view.format_class, view.format_type)),
        (_("共享方式"), _pair(words, "share-method", view.method_class, view.method_type)),
        (_("发布日期"), str(view.published_on or "")),
        (_("版本"), str(view.version)),
        (_("结构化记录总数"), survey["records"]),
        (_("数据存储总量"), f"{survey['storage_gb']} GB" if survey["storage_gb"] else ""),
        (_("采集依据"), "\n".join(str(cite) for cite in view.basis)),
    ]
    return [parts.Row(term, value) for term, value in rows if value]


def _pair(words: Vocabulary, code_set: str, above: str, below: str) -> str:
    return " · ".join(words.title(code_set, code) for code in (above, below) if code)


def _links(view: ResourceView) -> list[tuple[str, list[tuple[str, str]]]]:
    """The service items that produce or need it, and related resources that may be shown."""
    items = get_items({*view.produced_by, *view.needed_by})
    groups = [(_("产生这项数据的事项"), view.produced_by), (_("要用这项数据的事项"), view.needed_by)]
    found = [
        (title, [(items[code].title, reverse("public:item", args=[code])) for code in codes if code in items])
        for title, codes in groups
    ]
    related = get_resources(view.related).values()
    found.append(
        (
            _("有关的资源"),
            [
                (one.name, reverse("public:resource", args=[one.code]))
                for one in related
                if one.public and one.offered
            ],
        )
    )
    return [(title, links) for title, links in found if links]
