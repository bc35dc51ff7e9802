"""The three lists as pages and files, computed when they are opened; of one agency or of all."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.api import (
    LISTS,
    PAGE_RESOURCES,
    OfficialList,
    agencies_at_work,
    read_vocabulary,
    write_csv,
    write_xlsx,
)
from tongban.identity.api import get_agencies
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.views.sheets import TYPES, file_answer
from tongban.portals.design.access import officers
from tongban.portals.design.catalogued import given
from tongban.portals.design.fields import Field, Option
from tongban.portals.design.middleware import actor


@officers(*ROLES)
@require_safe
def official_list(request: HttpRequest, name: str) -> HttpResponse:
    """One of the lists, a page of resources at a time."""
    agency, after = given(request, "agency"), given(request, "after")
    made = _made(name, agency, after, PAGE_RESOURCES)
    narrowed = {"agency": agency} if agency else {}
    context = {
        **frame(actor(request), here="lists"),
        "name": name,
        "list": made,
        "rows": [[(head, row[column]) for column, head in made.columns.items()] for row in made.rows],
        "heads": list(made.columns.values()),
        "field": _agency_field(agency),
        "narrowed": f"?{urlencode(narrowed)}" if narrowed else "",
        "following": f"?{urlencode({**narrowed, 'after': made.after})}" if made.after else "",
        "paged": bool(after),
    }
    return render(request, "bureau/list.html", context)


@officers(*ROLES)
@require_safe
def download(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """The list as `xlsx` or `csv`."""
    if form not in TYPES:
        raise NotFound("只有 xlsx 和 csv。")
    made = _made(name, given(request, "agency"))
    data = (
        write_csv(made.rows, made.columns)
        if form == "csv"
        else write_xlsx(made.rows, made.columns, title=made.title)
    )
    return file_answer(data, made.title, form)


def _made(name: str, agency: str, after: str = "", limit: int = 0) -> OfficialList:
    if name not in LISTS:
        raise NotFound("只有需求、责任、负面三张清单。")
    words = read_vocabulary(clock.today())
    return LISTS[name](words, agency=agency, after=after, **({"limit": limit} if limit else {}))


def _agency_field(chosen: str) -> Field:
    found = get_agencies({row.agency for row in agencies_at_work()})
    named = sorted(((one.code, one.name) for one in found.values()), key=lambda pair: pair[1])
    options = (Option("", _("所有部门")), *(Option(code, name) for code, name in named))
    return Field(name="agency", label=_("部门"), kind="select", value=chosen, options=options)
