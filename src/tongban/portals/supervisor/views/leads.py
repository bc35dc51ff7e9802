"""Leads: what is strange in how systems ask, with the entries behind it; who watches writes down what it was."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import LeadView, find_lead, known_callers, list_leads, see_lead, unknown_callers
from tongban.identity.api import get_agencies, officer_posts
from tongban.journal.api import find_entries
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.supervisor.views.framing import WATCHERS, frame

_PATTERNS = {
    "strangers": gettext_lazy("查了许多与办件无关的人"),
    "sequence": gettext_lazy("一个挨一个地试号码"),
    "rate": gettext_lazy("调用远多于自己以往"),
}
_AGAINST = {
    "strangers": gettext_lazy("不同的号码最多 {n} 个"),
    "sequence": gettext_lazy("不同的号码最多 {n} 个"),
    "rate": gettext_lazy("以往最忙的一小时 {n} 次"),
}
#: Entries shown of those behind a lead.
SHOWN = 50


@officers(*WATCHERS)
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Every lead, those that nobody looked at first; and refusals of the last day, of callers known and unknown."""
    rows = list_leads()
    agencies = get_agencies({row.agency for row in rows if row.agency})
    context = {
        **frame(actor(request), here="leads"),
        "rows": [
            (
                row,
                _PATTERNS[row.pattern],
                agencies[row.agency].name if row.agency in agencies else row.agency,
                _lamp(row),
            )
            for row in rows
        ],
        "known": known_callers(),
        "unknown": unknown_callers(),
    }
    return render(request, "supervisor/leads.html", context)


@officers(*WATCHERS)
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, lead: UUID) -> HttpResponse:
    """One lead with its entries, and the form for what it was."""
    who = actor(request)
    view = find_lead(lead)
    if view is None:
        raise NotFound(_("没有这条线索。请回到异常线索里重新打开。"))
    problem: BadInput | None = None
    words = request.POST.get("words", "").replace("\0", "")
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        number = int(seen) if seen.isascii() and seen.isdigit() else None
        try:
            see_lead(lead=lead, words=words, seen=number, by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("supervisor:lead", args=[lead]))
    field = Field(
        name="words",
        label=_("核看结论"),
        hint=_("查到了什么，是不是正常业务。写进账本，不能改；不要写个人信息。"),
        kind="textarea",
        value=words,
        error=str(problem) if problem else "",
    )
    context = {
        **frame(who, here="leads"),
        "lead": view,
        "pattern": _PATTERNS[view.pattern],
        "lamp": _lamp(view),
        "facts": _facts(view),
        "entries": find_entries(view.evidence[-SHOWN:])[::-1],
        "evidence": len(view.evidence),
        "post": officer_posts([view.seen_by]).get(view.seen_by, view.seen_by) if view.seen_by else "",
        "field": field,
        "errors": errors_of([field]),
    }
    return render(request, "supervisor/lead.html", context, status=422 if problem else 200)


def _lamp(row: LeadView) -> parts.Lamp:
    return parts.Lamp("green", _("已核看")) if row.seen_at else parts.Lamp("yellow", _("待核看"))


def _facts(view: LeadView) -> list[parts.Row]:
    agencies = get_agencies({view.agency} if view.agency else set())
    agency = agencies[view.agency].name if view.agency in agencies else view.agency
    pace = _("每个进程每秒最多 {n} 次").format(n=view.pace) if view.pace else _("一般速度")
    often = _("一小时 {n} 次") if view.pattern == "rate" else _("十分钟里最多 {n} 次")
    return [
        parts.Row(_("子系统"), view.title, source=view.subsystem),
        parts.Row(_("部门"), agency or _("没有登记")),
        parts.Row(
            _("调用"), often.format(n=view.calls), source=str(_AGAINST[view.pattern]).format(n=view.against)
        ),
        parts.Row(_("现在的速度"), pace, source=_("由数据主管在调用方页面上调整")),
        parts.Row(_("再有异常时"), _("自动限速") if view.slows_itself else _("只列出线索")),
    ]
