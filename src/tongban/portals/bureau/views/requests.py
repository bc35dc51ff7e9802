"""Asking for data of another agency, and the lists: what mine asked for, what it has to answer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue.api import ResourceView, get_resource
from tongban.exchange.api import (
    GrantView,
    answered_requests,
    ask_share,
    get_grant,
    my_requests,
    waiting_requests,
)
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotFound
from tongban.portals.bureau.asking import ask_fields, keep_papers, labels_of_papers, paper_fields, read_wanted
from tongban.portals.bureau.framing import frame
from tongban.portals.bureau.sharing import cite_rows, day_key, names_of, request_lamp, request_status
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import titles_of

PAGE = 50
PAPERS = ("approval", "agreement")


@officers("resource-owner")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the agency asked for, newest first; paged by the last number."""
    who = actor(request)
    before = request.GET.get("before", "")
    found = my_requests(who, before=int(before) if before.isdecimal() else None, limit=PAGE + 1)
    rows = found[:PAGE]
    names = names_of({row.provider for row in rows})
    context = {
        **frame(who, here="requests"),
        "rows": [(row, names.get(row.provider, ""), request_status(row), request_lamp(row)) for row in rows],
        "following": f"?before={rows[-1].id}" if len(found) > PAGE else "",
        "paged": bool(before),
    }
    return render(request, "bureau/requests.html", context)


@officers("resource-owner")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What others ask of the agency, late ones first; below what was answered last."""
    who = actor(request)
    found = waiting_requests(who, after=day_key(request.GET.get("after", "")), limit=PAGE + 1)
    rows, answered = found[:PAGE], answered_requests(who)
    names = names_of({row.consumer for row in (*rows, *answered)})
    context = {
        **frame(who, here="inbox"),
        "rows": [(row, names.get(row.consumer, ""), request_status(row), request_lamp(row)) for row in rows],
        "answered": [(row, names.get(row.consumer, ""), request_status(row)) for row in answered],
        "following": f"?after={rows[-1].due_on}_{rows[-1].id}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/inbox.html", context)


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for items of a resource."""
    return _ask(request, get_resource(code), None, mode="")


@officers("resource-owner")
@require_http_methods(["GET", "HEAD", "POST"])
def ask_more(request: HttpRequest, code: str, mode: str) -> HttpResponse:
    """Ask that a grant goes on (`renew`) or holds more items (`widen`): the same form without what stays."""
    if mode not in {"renew", "widen"}:
        raise NotFound("授权只能续期或者增加信息项。")
    grant = get_grant(code, by=actor(request))
    return _ask(request, get_resource(grant.resource), grant, mode=mode)


def _ask(request: HttpRequest, resource: ResourceView, grant: GrantView | None, *, mode: str) -> HttpResponse:
    who = actor(request)
    papers: dict[str, UUID | None] = dict.fromkeys(PAPERS)
    problems: dict[str, str] = {}
    conflict = ""
    if request.method == "POST":
        papers, problems = keep_papers(request, PAPERS, by=who)
        try:
            wanted = read_wanted(request, resource, papers, code=grant.code if grant else "", mode=mode)
            if not problems:
                made = ask_share(wanted, token=_token(request), by=who)
                return HttpResponseRedirect(reverse("bureau:request", args=[made]))
        except BadAnswers as bad:
            problems = bad.problems
        except BadInput as bad:
            problems = {bad.field or "items": str(bad)}
        except Conflict as clash:
            conflict = str(clash)
    fields = [
        *ask_fields(request, resource, grant, mode=mode, problems=problems, by=who),
        *paper_fields(labels_of_papers(), papers, problems, by=who),
    ]
    titles = {"renew": _("申请续期"), "widen": _("申请增加信息项"), "": _("申请共享数据")}
    context = {
        **frame(who, here="requests"),
        "resource": resource,
        "title": titles[mode],
        "rows": _rows(resource, grant),
        "fields": fields,
        "conflict": conflict,
        "own": resource.agency == who.agency,
        "errors": errors_of(fields),
    }
    status = 409 if conflict else 422 if problems else 200
    return render(request, "bureau/ask.html", context, status=status)


def _rows(resource: ResourceView, grant: GrantView | None) -> list[parts.Row]:
    rows = [
        parts.Row(_("信息资源"), resource.name),
        parts.Row(_("提供部门"), names_of([resource.agency]).get(resource.agency, "")),
    ]
    if grant:
        kinds = titles_of(grant.case_kinds)
        rows += [
            parts.Row(_("授权"), grant.code),
            parts.Row(_("用途"), grant.purpose),
            parts.Row(_("办哪些事项时用"), "、".join(kinds.get(one, one) for one in grant.case_kinds)),
            parts.Row(_("现有的信息项"), "、".join(grant.items)),
            parts.Row(_("依据"), cite_rows(grant.cites)),
            parts.Row(_("到期日"), str(grant.valid_to or _("没有写"))),
        ]
    return rows


def _token(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError as wrong:
        raise BadInput(_("这张表不完整，请从资源页面重新打开。"), field="items") from wrong
