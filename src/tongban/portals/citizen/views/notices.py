"""Notices: what others, or the law itself, did in her affairs and those of her firms; newest first."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases.api import interests_of, my_applications
from tongban.identity.api import get_firms_of
from tongban.notices.api import mark_read, notices_of
from tongban.portals.design.access import people
from tongban.portals.design.middleware import actor

PAGE = 30
_ID_DIGITS_MAX = 18


@people
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The list; posting takes what it showed as read."""
    person = UUID(actor(request).key)
    firms = {firm.subject: firm.name for firm in get_firms_of(person)}
    if request.method == "POST":
        if until := _number(request.POST.get("until", "")):
            mark_read(person, firms=firms, until=until)
        return HttpResponseRedirect(reverse("citizen:notices"))
    found = notices_of(person, firms=firms, before=_number(request.GET.get("before", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    titles = {row.number: row.title for row in my_applications(actor(request))}
    touching = {one.case: one.view.id for one in interests_of(actor(request))}
    context = {
        "rows": [
            (row, firms.get(row.told, ""), number, titles.get(number, ""), touching.get(row.case_number))
            for row in rows
            for number in [_application(row.case_number, titles)]
        ],
        "until": max((row.id for row in rows if row.is_new), default=None),
        "following": f"?before={rows[-1].id}" if len(found) > PAGE else "",
        "here": "mine",
    }
    return render(request, "citizen/notices.html", context)


def _application(case_number: str, titles: dict[str, str]) -> str:
    """The application that a case number belongs to; empty if it is none of hers."""
    number = case_number if case_number in titles else case_number.rpartition("-")[0]
    return number if number in titles else ""


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _ID_DIGITS_MAX else None
