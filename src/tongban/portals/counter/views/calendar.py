"""The calendar of working days: what is announced, what is provisional, and importing a year."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.clocks.api import import_calendar, list_years, read_table
from tongban.documents.api import UPLOAD_BYTES_MAX
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor


@officers("operator")
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The years, and the form that imports one; the worker counts running cases anew within seconds."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            moved = _import(request)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(f"{request.path}?moved={moved}")
    fields = _fields(request, problem)
    given = request.GET.get("moved", "")
    context = {
        **frame(who, here="calendar"),
        "years": list_years(around=clock.today()),
        "fields": fields,
        "errors": errors_of(fields),
        "moved": int(given) if given.isdigit() else None,
    }
    return render(request, "counter/calendar.html", context, status=422 if problem else 200)


def _import(request: HttpRequest) -> int:
    year = request.POST.get("year", "").strip()
    if not (year.isdigit() and 2004 <= int(year) <= 2100):
        raise BadInput(_("请填写年份，例如 2027。"), field="year")
    file = request.FILES.get("file-table")
    if file is None:
        raise BadInput(_("请选择这一年的日历文件。"), field="table")
    lines = read_table(file.read(UPLOAD_BYTES_MAX + 1))
    return import_calendar(
        year=int(year), paper=request.POST.get("paper", ""), lines=lines, by=actor(request)
    )


def _fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    errors = {problem.field: str(problem)} if problem else {}
    following = str(clock.today().year + 1)
    return [
        Field(
            name="year",
            label=_("年份"),
            kind="number",
            width="short",
            value=request.POST.get("year", following),
            error=errors.get("year", ""),
        ),
        Field(
            name="paper",
            label=_("公布这一年安排的文件"),
            hint=_("文号和标题。"),
            value=request.POST.get("paper", ""),
            error=errors.get("paper", ""),
        ),
        Field(
            name="file-table",
            label=_("日历文件"),
            kind="file",
            accept=".csv,text/csv",
            hint=_("CSV，三列：日期、上班（是或否）、名称。只列放假和调休上班的日子。"),
            error=errors.get("table", ""),
        ),
    ]
