"""The front page and the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import most_used_bundles, waiting_for
from tongban.certificates.api import certificates_of
from tongban.identity.api import offers_to
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.packs.api import AreaName, area_names
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.middleware import visitor
from tongban.portals.design.shown import area_words
from tongban.services.api import (
    ElderTask,
    Found,
    Hit,
    get_front_page,
    list_bundles,
    list_topics,
    note_unanswered,
    search,
)

#: What the front page shows of the bundles.
LIFE_EVENTS = 3
#: A certificate that ends within these days waits for its owner.
EXPIRES_SOON = timedelta(days=60)


@dataclass(frozen=True)
class ToDo:
    """Something that waits for whoever is signed in, in words."""

    title: str
    url: str
    hint: str = ""


@everybody
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then what waits for the visitor, what is asked for most, topics and agencies."""
    bundles, used, front = list_bundles(), most_used_bundles(), get_front_page()
    people, firms = list_topics()
    most = sorted(bundles, key=lambda hit: -used.get(hit.code, 0))[:LIFE_EVENTS]
    who = visitor(request)
    context = {
        "bundles": [parts.Result(hit.title, _url(hit), hit.summary) for hit in most],
        "bundle_count": len(bundles),
        "people": people,
        "firms": firms,
        "front": front,
        "tasks": [(task, _task_url(task)) for task in front.elder_tasks] if front else [],
        "waiting": _waiting(who) if who and who.kind == "person" else [],
        "here": "services",
    }
    return render(request, "public/home.html", context)


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
        "results": _results(found.hits),
        "nearest": _results(found.nearest),
        "others": _results(list_bundles()) if not (found.hits or found.nearest) else [],
        "previous_url": _page(query, "before", found.before),
        "next_url": _page(query, "after", found.after),
        "paged": bool(after or before),
        "first_url": f"{reverse('public:search')}?{urlencode({'q': query})}",
    }
    return render(request, "public/results.html", context)


def _page(query: str, way: str, key: str) -> str:
    return f"{reverse('public:search')}?{urlencode({'q': query, way: key})}" if key else ""


def _results(hits: Sequence[Hit]) -> list[parts.Result]:
    """Hits with who handles them and where, areas by their names. One query."""
    names = area_names({hit.area for hit in hits if hit.area})
    return [_result(hit, names.get(hit.area)) for hit in hits]


def _result(hit: Hit, area: AreaName | None) -> parts.Result:
    kinds = {"bundle": _("一件事"), "item": _("单个事项"), "listed": _("取自公布的清单，未核对")}
    facts = [kinds[hit.kind], hit.agency, area_words(hit.area, area)]
    return parts.Result(hit.title, _url(hit), hit.summary, tuple(fact for fact in facts if fact))


def _url(hit: Hit) -> str:
    return reverse(f"public:{hit.kind}", args=[hit.code])


def _task_url(task: ElderTask) -> str:
    if task.bundle:
        return reverse("public:bundle", args=[task.bundle])
    if task.item:
        return reverse("public:item", args=[task.item])
    return reverse("citizen:certificates" if task.page == "certificates" else "citizen:home")


def _waiting(who: Actor) -> list[ToDo]:
    """What waits for a person, the soonest due first: five queries, whatever there is."""
    words = {"supplement": _("要补材料"), "rectify": _("要整改"), "draft": _("没有填完")}
    pages = {"supplement": "citizen:supplement", "rectify": "citizen:rectify", "draft": "citizen:resume"}
    found = [
        ToDo(
            f"{words[one.what]}：{one.title}",
            reverse(pages[one.what], args=[one.number]),
            _("{day} 前").format(day=one.due_on.isoformat()) if one.due_on else "",
        )
        for one in waiting_for(who)
    ]
    if who.person and not who.represents:
        found += [
            ToDo(
                _("{name}请您代办，等您确认").format(name=one.principal_name),
                reverse("citizen:mandate", args=[one.id]),
            )
            for one in offers_to(who.person)
        ]
        found += [
            ToDo(
                _("快到期：{title}").format(title=one.title),
                reverse("citizen:certificate", args=[one.id]),
                _("有效期到 {day}").format(day=one.valid_to),
            )
            for one in certificates_of(who.person)
            if one.status == "valid" and one.valid_to and one.valid_to <= clock.today() + EXPIRES_SOON
        ]
    return found
