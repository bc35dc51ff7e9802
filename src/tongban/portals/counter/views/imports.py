"""成批补录: the runs of the agency, the quality report of one, the rows that were sent back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.catalogue.api import write_csv
from tongban.certificates.api import get_import, imports_of, refused_rows
from tongban.kernel import clock
from tongban.portals.counter.views.certificates import ROLES
from tongban.portals.counter.views.home import frame
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.middleware import actor

PAGE = 100


@officers(*ROLES)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Every run, newest first."""
    who = actor(request)
    context = {**frame(who, here="certificates"), "runs": imports_of(who)}
    return render(request, "counter/imports.html", context)


@officers(*ROLES)
@require_safe
def report(request: HttpRequest, run: UUID) -> HttpResponse:
    """One run: what was taken, what was wrong how often, and the rows that were sent back, by line."""
    who = actor(request)
    view = get_import(run, by=who)
    given = request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    found = refused_rows(run, after=after, limit=PAGE + 1)
    rows = [
        parts.Row(_("证照"), view.title),
        parts.Row(_("文件指纹"), view.sha256),
        parts.Row(_("开始"), f"{clock.local(view.began_at):%Y-%m-%d %H:%M}"),
        parts.Row(
            _("结束"),
            f"{clock.local(view.ended_at):%Y-%m-%d %H:%M}"
            if view.ended_at
            else _("还没有做完；中断了的，用同一份文件再导入一次就接着做"),
        ),
        parts.Row(_("总行数"), str(view.rows)),
        parts.Row(_("补录"), str(view.taken)),
        parts.Row(_("已在证照库"), str(view.known)),
        parts.Row(_("退回"), str(view.refused)),
    ]
    context = {
        **frame(who, here="certificates"),
        "run": view,
        "rows": rows,
        "filled": [(title, count, f"{100 * count / max(view.rows, 1):.1f}%") for title, count in view.filled],
        "refused": found[:PAGE],
        "following": f"?after={found[PAGE - 1].line}" if len(found) > PAGE else "",
    }
    return render(request, "counter/import.html", context)


@officers(*ROLES)
@require_safe
def refused_file(request: HttpRequest, run: UUID) -> HttpResponse:
    """The error-return table as CSV, to be put right and handed in again."""
    get_import(run, by=actor(request))
    columns = {"line": _("行号"), "number": _("证照编号"), "reasons": _("异常说明")}
    lines = [
        {"line": str(one.line), "number": one.number, "reasons": _("；").join(one.reasons)}
        for one in refused_rows(run, limit=None)
    ]
    answer = HttpResponse(write_csv(lines, columns), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer
