"""What holders share at the window or with a case: by a code that opens once; and copies of what a case read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import CopyView, ShareView, copy_evidence, find_share, get_copy, open_share
from tongban.exchange.api import EvidenceView, get_evidence
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.portals.counter.views.home import DECIDING_ROLES, frame
from tongban.portals.design import limits, parts
from tongban.portals.design.access import officers
from tongban.portals.design.copies import copy_file, copy_rows
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor

ROLES = ("window-clerk", *DECIDING_ROLES)
_CASE_MAX = 60


@officers(*ROLES)
@limits.limited(lambda: limits.SHARE_CODE, names="code")
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest) -> HttpResponse:
    """The code that a holder gives; what it is about; then it is opened for the agency and journalled."""
    who = actor(request)
    code, number = request.POST.get("code", "").strip(), request.POST.get("case", "").strip()[:_CASE_MAX]
    share: ShareView | None = None
    error, status = "", 200
    if request.method == "POST":
        try:
            if not code:
                raise BadInput(_("请填写持证人给您的 12 位共享码。"), field="code")
            share = find_share(code)
            if "confirmed" in request.POST:
                opened = open_share(code=code, reader="", by=who, case_number=number)
                return HttpResponseRedirect(reverse("counter:copy", args=[opened.copy]))
        except (NotFound, Conflict, BadInput) as problem:
            share, error, status = None, str(problem), problem.status
    fields = [] if share else _fields(code if error else "", number, error)
    context = {
        **frame(who, here="shared"),
        "fields": fields,
        "errors": errors_of(fields),
        "share": share,
        "code": code,
        "case": number,
        "rows": _rows(share, number) if share else [],
    }
    return render(request, "counter/shared.html", context, status=status)


@officers(*ROLES)
@require_safe
def copy(request: HttpRequest, copy: UUID) -> HttpResponse:
    """A copy that this agency has."""
    who = actor(request)
    view = get_copy(copy, by=who)
    context = {**frame(who, here="shared"), "copy": view, "rows": _copy_rows(view), "lines": copy_rows(view)}
    return render(request, "counter/copy.html", context)


@officers(*ROLES)
@require_safe
def copy_pdf(request: HttpRequest, copy: UUID) -> HttpResponse:
    """The sealed copy, for the file of the case."""
    return copy_file(request, get_copy(copy, by=actor(request)))


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def copy_of(request: HttpRequest, evidence: UUID) -> HttpResponse:
    """加注件 of a certificate that was read for a case: the cause is asked, and stands on it."""
    who = actor(request)
    read = get_evidence(evidence, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        try:
            made = copy_evidence(evidence=evidence, cause=request.POST.get("cause", ""), by=who)
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(reverse("counter:copy", args=[made]))
    field = Field(
        name="cause",
        label=_("用来做什么"),
        kind="textarea",
        hint=_("必填，最多 200 字。会印在加注件上，持证人也看得到。"),
        value=request.POST.get("cause", ""),
        error=str(problem) if problem else "",
    )
    context = {
        **frame(who, here="shared"),
        "read": read,
        "fields": [field],
        "errors": errors_of([field]),
        "rows": [
            parts.Row(_("读取的是"), read.resource_name),
            parts.Row(_("内容"), _("、").join(read.item_names)),
            parts.Row(_("办件编号"), read.case_number),
        ],
    }
    return render(request, "counter/copy_of.html", context, status=422 if problem else 200)


def copy_links(read: EvidenceView | None, *, kind: str, agency: str) -> tuple[tuple[str, str], ...]:
    """The way to a copy of a certificate, for the agency that read it."""
    if read is None or kind != "certificate" or read.consumer != agency or not read.settles:
        return ()
    return ((_("制作加注件"), reverse("counter:copy-of", args=[read.id])),)


def _fields(code: str, number: str, error: str) -> list[Field]:
    return [
        Field(
            name="code",
            label=_("共享码"),
            hint=_("持证人给的 12 位码，只能用一次。下一步先告诉您是什么，再打开。"),
            value=code,
            error=error,
            width="medium",
        ),
        Field(
            name="case",
            label=_("办件编号"),
            hint=_("为哪一件事看的；持证人会看到。"),
            value=number,
            required=False,
            width="medium",
        ),
    ]


def _rows(share: ShareView, number: str) -> list[parts.Row]:
    return [
        parts.Row(_("证照"), share.title),
        parts.Row(_("持证人写的是给"), share.receiver),
        parts.Row(_("用于"), share.cause),
        parts.Row(_("您会看到"), _("、").join(title for title, _value in share.lines)),
        parts.Row(_("最后一天"), share.last_day.isoformat()),
        *([parts.Row(_("办件编号"), number)] if number else []),
    ]


def _copy_rows(view: CopyView) -> list[parts.Row]:
    return [
        parts.Row(_("用于"), view.cause),
        parts.Row(_("有效期截至"), view.last_day.isoformat()),
        parts.Row(_("看的时间"), f"{clock.local(view.made_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("那时的状态"), view.status),
        parts.Row(_("签发机关"), view.issuer_name),
        parts.Row(_("加注件编号"), view.number),
        *([parts.Row(_("办件编号"), view.case_number)] if view.case_number else []),
    ]
