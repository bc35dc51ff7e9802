"""Numbers for an outage: issued ahead to the window, printed, entered afterwards, the rest cancelled."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases.api import BlockView, blocks_of, cancel_serials, get_block, issue_serials
from tongban.identity.api import get_agency
from tongban.kernel.errors import BadInput
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.counter.views.shifts import asking, number_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.slips import serials_file


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def serials(request: HttpRequest) -> HttpResponse:
    """The window's blocks, and the form that issues one."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            made = issue_serials(
                count=number_of(request, "count"), words=request.POST.get("words", ""), by=who
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:serial-block", args=[made]))
    field = asking(request, problem)
    fields = [
        field("words", label=_("为哪一次停机"), width="long"),
        field("count", label=_("预发几个编号"), kind="number", width="tiny"),
    ]
    context = {
        **frame(who, here="serials"),
        "rows": [(one, block_tag(one)) for one in blocks_of(who)],
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/serials.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, block: UUID) -> HttpResponse:
    """One block: each number with what became of it; cancelling those that nobody used."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            cancel_serials(block=block, words=request.POST.get("words", ""), seen=seen_of(request), by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    one = get_block(block, by=who)
    field = asking(request, problem)
    fields = [] if one.closed_at else [field("words", label=_("没用的编号怎么处理了"), kind="textarea")]
    states: dict[str, parts.Status] = {
        "unused": parts.Status(_("没用"), "info"),
        "used": parts.Status(_("已补录"), "success"),
        "cancelled": parts.Status(_("已作废"), "plain"),
    }
    context = {
        **frame(who, here="serials", keys=[("p", _("打印编号单"))]),
        "one": one,
        "tag": block_tag(one),
        "rows": [(line, states[line.state]) for line in one.serials],
        "fields": fields,
        "errors": errors_of(fields),
    }
    return render(request, "counter/serial_block.html", context, status=422 if problem else 200)


@officers("window-clerk")
@require_safe
def sheet(request: HttpRequest, block: UUID) -> HttpResponse:
    """The unused numbers on paper, to be written on while the system is down."""
    who = actor(request)
    return serials_file(get_block(block, by=who), get_agency(who.agency))


def block_tag(one: BlockView) -> parts.Status:
    """Whether numbers of a block may still be used."""
    return parts.Status(_("已结清"), "success") if one.closed_at else parts.Status(_("在用"), "info")
