"""Topics, agencies and bundles as lists: every entry of a menu leads to something."""

from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tongban.identity.api import AgencyView, get_agencies, get_agency, list_agencies
from tongban.packs.api import area_names
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.services.api import (
    ItemPage,
    ItemRow,
    items_by_agency,
    items_of_agency,
    items_of_topic,
    list_bundles,
    list_topics,
    topic_title,
)


@everybody
@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    """Every bundle in force."""
    shown = [
        parts.Result(hit.title, reverse("public:bundle", args=[hit.code]), hit.summary)
        for hit in list_bundles()
    ]
    return render(request, "public/bundles.html", {"bundles": shown, "here": "services"})


@everybody
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic that holds something, for people and for firms."""
    people, firms = list_topics()
    context = {"people": people, "firms": firms, "here": "services"}
    return render(request, "public/topics.html", context)


@everybody
@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """The items of a topic: for people, for firms, or all of them."""
    title = topic_title(code)
    asked = request.GET.get("for", "")
    firms = {"firms": True, "people": False}.get(asked)
    page = items_of_topic(title, firms=firms, **_place(request))
    context = {
        "title": title,
        "firms": firms,
        "results": item_results(page.items),
        "all_url": request.path if firms is not None else "",
        "here": "services",
        **_pages(request, page, {"for": asked} if firms is not None else {}),
    }
    return render(request, "public/topic.html", context)


@everybody
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Every agency by its area: those with items lead to them, the others say how to reach them."""
    counted = items_by_agency()
    rows = list_agencies()
    names = area_names({row.area for row in rows})
    groups = [
        (names[area].name if area in names else area, [(row, counted.get(row.code, 0)) for row in held])
        for area, held in groupby(rows, key=lambda row: row.area)
    ]
    return render(request, "public/agencies.html", {"groups": groups, "here": "services"})


@everybody
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """An agency: where it is, when it is open, and what it decides or takes in."""
    found = get_agency(code)
    page = items_of_agency(code, **_place(request))
    names = area_names([found.area])
    context = {
        "agency": found,
        "area": names[found.area].name if found.area in names else "",
        "rows": _agency_rows(found),
        "results": item_results(page.items),
        "here": "services",
        **_pages(request, page, {}),
    }
    return render(request, "public/agency.html", context)


def item_results(items: tuple[ItemRow, ...]) -> list[parts.Result]:
    """Items as a list shows them: how often one has to come, how many days it takes, who handles it. One query."""
    held = get_agencies(item.deciding for item in items)
    return [
        parts.Result(
            item.title,
            reverse("public:item", args=[item.code]),
            item.summary,
            (visits_words(item.visits), days_words(item.days, item.unit), held[item.deciding].name),
        )
        for item in items
    ]


def visits_words(visits: int) -> str:
    """How often somebody has to come."""
    if not visits:
        return _("不用跑")
    return ngettext("跑 {n} 次", "跑 {n} 次", visits).format(n=visits)


def days_words(amount: int, unit: str) -> str:
    """The promise in days."""
    if not amount:
        return _("当场办")
    if unit == "working_day":
        return ngettext("承诺 {n} 个工作日", "承诺 {n} 个工作日", amount).format(n=amount)
    return ngettext("承诺 {n} 日", "承诺 {n} 日", amount).format(n=amount)


def _agency_rows(found: AgencyView) -> list[parts.Row]:
    said = ((_("地址"), found.address), (_("电话"), found.phone), (_("办公时间"), found.hours))
    return [parts.Row(label, value) for label, value in said if value]


def _place(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("after", "before")}


def _pages(request: HttpRequest, page: ItemPage, kept: dict[str, str]) -> dict[str, str | bool]:
    def url(way: str, key: str) -> str:
        return f"?{urlencode({**kept, way: key})}" if key else ""

    return {
        "previous_url": url("before", page.before),
        "next_url": url("after", page.after),
        "first_url": f"{request.path}?{urlencode(kept)}" if kept else request.path,
        "paged": bool(request.GET.get("after") or request.GET.get("before")),
    }
