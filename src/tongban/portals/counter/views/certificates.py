"""What the agency issued: what ends soon, one certificate, and what becomes of it on a legal ground."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import (
    CertificateView,
    Ground,
    change_certificate,
    change_grounds,
    issued_certificates,
    open_certificate,
    possible_changes,
    types_issued_by,
)
from tongban.kernel.errors import BadInput
from tongban.packs.ports import Cite
from tongban.portals.counter.views.home import frame
from tongban.portals.counter.views.intake import seen_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import certificate_status, citation

PAGE = 50
ROLES = ("examiner", "approver", "resource-owner")


@officers(*ROLES)
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """One group of what the agency issued; paged by id."""
    who = actor(request)
    groups = {
        "soon": _("三十日内到期"),
        "expired": _("已过期"),
        "stopped": _("暂扣、撤销、注销"),
        "valid": _("有效"),
    }
    chosen = request.GET.get("group", "soon")
    chosen = chosen if chosen in groups else "soon"
    found = issued_certificates(who, group=chosen, after=_after(request.GET.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    context = {
        **frame(who, here="certificates"),
        "groups": list(groups.items()),
        "chosen": chosen,
        "caption": groups[chosen],
        "rows": [(one, certificate_status(one)) for one in rows],
        "types": types_issued_by(who.agency) if who.has_role("approver") else [],
        "following": f"?group={chosen}&after={rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "counter/certificates.html", context)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """One certificate; opening it is journalled. An approver changes it on a ground that the law names."""
    who = actor(request)
    view = open_certificate(certificate, by=who)
    grounds = change_grounds(possible_changes(view.status)) if who.has_role("approver") else []
    problem: BadInput | None = None
    if request.method == "POST":
        ground = request.POST.get("ground", "")
        change = next((one.change for one in grounds if one.code == ground), "")
        try:
            if not change:
                raise BadInput(_("请从列出的法定情形里选一个。"), field="ground")
            words = request.POST.get("words", "")
            seen = seen_of(request)
            change_certificate(
                certificate=certificate, change=change, ground=ground, words=words, seen=seen, by=who
            )
        except BadInput as bad:
            problem = bad
        else:
            return HttpResponseRedirect(request.path)
    fields = _fields(request, grounds, problem)
    context = {
        **frame(who, here="certificates"),
        "view": view,
        "status": certificate_status(view),
        "rows": _rows(view),
        "fields": fields if grounds else [],
        "cites": [(one.title, citation(Cite.model_validate(one.cite))) for one in grounds],
        "errors": errors_of(fields),
        "replaceable": who.has_role("approver") and view.status in {"valid", "expired"},
        "mine": who.has_role("approver"),
    }
    return render(request, "counter/certificate.html", context, status=422 if problem else 200)


def _after(given: str) -> UUID | None:
    """The id of the last row seen; anything else starts at the beginning."""
    try:
        return UUID(given)
    except ValueError:
        return None


def _rows(view: CertificateView) -> list[parts.Row]:
    valid_to = view.valid_to.isoformat() if view.valid_to else _("长期")
    rows = [
        parts.Row(_("证照编号"), view.number),
        parts.Row(_("持证主体"), view.holder_name),
        parts.Row(_("签发日期"), view.issued_on.isoformat()),
        parts.Row(_("有效期"), _("{first} 至 {last}").format(first=view.valid_from, last=valid_to)),
        parts.Row(_("来源"), view.case_number or _("补录的存量证照")),
        parts.Row(_("证照标识"), view.identifier),
    ]
    return rows + [parts.Row(title, value) for title, value in view.fields]


def _fields(request: HttpRequest, grounds: list[Ground], problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "ground": str(problem)} if problem else {}
    words = {
        "suspend": _("暂扣"),
        "reinstate": _("恢复"),
        "revoke": _("撤销"),
        "cancel": _("注销"),
        "transfer": _("转出"),
    }
    return [
        Field(
            name="ground",
            label=_("做什么，凭哪一种法定情形"),
            kind="radios",
            options=tuple(
                Option(one.code, _("{change}：{title}").format(change=words[one.change], title=one.title))
                for one in grounds
            ),
            value=request.POST.get("ground", ""),
            error=errors.get("ground", ""),
        ),
        Field(
            name="words",
            label=_("事实和理由"),
            kind="textarea",
            hint=_("持证人会看到，并且会被告知怎么申请行政复议。"),
            value=request.POST.get("words", ""),
            error=errors.get("words", ""),
        ),
    ]
