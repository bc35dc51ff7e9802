"""The three lists as pages and files, computed when they are opened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalogue.api import LISTS, OfficialList, read_vocabulary, write_csv, write_xlsx
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.views.sheets import TYPES, file_answer
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor


@officers(*ROLES)
@require_safe
def official_list(request: HttpRequest, name: str) -> HttpResponse:
    """One of the lists."""
    made = _made(name)
    context = {
        **frame(actor(request), here="lists"),
        "name": name,
        "list": made,
        "rows": [[(head, row[column]) for column, head in made.columns.items()] for row in made.rows],
        "heads": list(made.columns.values()),
        "names": list(LISTS),
    }
    return render(request, "bureau/list.html", context)


@officers(*ROLES)
@require_safe
def download(_request: HttpRequest, name: str, form: str) -> HttpResponse:
    """The list as `xlsx` or `csv`."""
    made = _made(name)
    if form not in TYPES:
        raise NotFound("只有 xlsx 和 csv。")
    data = (
        write_csv(made.rows, made.columns)
        if form == "csv"
        else write_xlsx(made.rows, made.columns, title=made.title)
    )
    return file_answer(data, made.title, form)


def _made(name: str) -> OfficialList:
    if name not in LISTS:
        raise NotFound("只有需求、责任、负面三张清单。")
    return LISTS[name](read_vocabulary(clock.today()))
