"""Published grants, for everybody to read (行政许可法 40): the newest first, people masked, what no longer holds marked."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.cases.api import published_grants
from tongban.identity.api import list_agencies
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.shown import state_tag

PAGE = 50


@everybody
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """All of them or one agency's; what is asked for stands in the address."""
    agencies = {one.code: one.name for one in list_agencies()}
    agency = request.GET.get("agency", "")
    agency = agency if agency in agencies else ""
    rows = published_grants(agency=agency, after=_id(request.GET.get("after", "")))
    following = {"agency": agency, "after": str(rows[-1].id)} if len(rows) == PAGE else {}
    options = (Option("", _("所有部门")), *(Option(code, name) for code, name in agencies.items()))
    context = {
        "rows": [(row, state_tag(row.state, row.state_title)) for row in rows],
        "field": Field(
            name="agency", label=_("决定机关"), kind="select", options=options, value=agency, required=True
        ),
        "filtered": bool(agency),
        "following": "?" + urlencode({name: value for name, value in following.items() if value})
        if following
        else "",
    }
    return render(request, "public/decisions.html", context)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
