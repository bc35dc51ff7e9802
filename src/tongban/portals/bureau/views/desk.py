"""What an owner or a data officer has before him: resources, reviews that wait, notices."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import (
    DeskRow,
    acknowledge,
    get_resources,
    label_of,
    my_resources,
    notices_of,
    read_vocabulary,
    waiting_reviews,
)
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.language import said
from tongban.portals.design.middleware import actor

PAGE = 50
TONES: dict[str, parts.Tone] = {
    "draft": "info",
    "review": "warning",
    "published": "success",
    "changing": "info",
    "change-review": "warning",
    "withdrawing": "warning",
    "withdrawn": "danger",
}


@officers(*ROLES)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each starts where his work is."""
    name = "overview" if actor(request).has_role("data-officer") else "resources"
    return HttpResponseRedirect(reverse(f"bureau:{name}"))


@officers("resource-owner")
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """The resources of the agency with what is missing; paged by code."""
    who = actor(request)
    after = request.GET.get("after", "")
    found = my_resources(who, read_vocabulary(clock.today()), after=after, limit=PAGE + 1)
    context = {
        **frame(who, here="resources"),
        "rows": [(row, _status(row), _missing(row)) for row in found[:PAGE]],
        "following": f"?after={found[PAGE - 1].code}" if len(found) > PAGE else "",
        "paged": bool(after),
    }
    return render(request, "bureau/resources.html", context)


@officers(*ROLES)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for a second person."""
    who = actor(request)
    after = request.GET.get("after", "")
    found = waiting_reviews(who, read_vocabulary(clock.today()), after=after, limit=PAGE + 1)
    agencies = get_agencies({row.agency for row in found})
    context = {
        **frame(who, here="reviews"),
        "rows": [(row, agencies[row.agency].name, _status(row)) for row in found[:PAGE]],
        "following": f"?after={found[PAGE - 1].code}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/reviews.html", context)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What other agencies do to resources that this one holds grants on."""
    who = actor(request)
    if request.method == "POST":
        try:
            notice = UUID(request.POST.get("notice", ""))
        except ValueError as wrong:
            raise NotFound("没有这条告知。") from wrong
        acknowledge(notice=notice, by=who)
        return HttpResponseRedirect(reverse("bureau:notices"))
    rows = notices_of(who)
    names = get_resources({row.resource for row in rows})
    context = {
        **frame(who, here="notices"),
        "rows": [(row, names[row.resource].name if row.resource in names else row.resource) for row in rows],
    }
    return render(request, "bureau/notices.html", context)


def _status(row: DeskRow) -> parts.Status:
    return parts.Status(row.state_title, TONES[row.state])


def _missing(row: DeskRow) -> str:
    """The first things that would raise the score, in a line."""
    first = said("、").join(said(label_of(gain.field)) for gain in row.score.gains[:3])
    return _("先补：{first}").format(first=first) if first else ""
