"""Grants: those an agency holds, those on its resources; one grant with what may be done about it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.exchange.api import GrantView, get_grant, grants_on_mine, my_grants, return_grant, stop_grant
from tongban.identity.api import get_agencies
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.bureau.answering import words_field
from tongban.portals.bureau.asking import typed
from tongban.portals.bureau.framing import ROLES, frame
from tongban.portals.bureau.sharing import acts, cite_rows, grant_status, names_of
from tongban.portals.design import parts
from tongban.portals.design.access import officers
from tongban.portals.design.fields import errors_of
from tongban.portals.design.middleware import actor
from tongban.services.api import titles_of

PAGE = 50


@officers("resource-owner")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The grants that the agency holds, paged by code."""
    who = actor(request)
    after = request.GET.get("after", "").replace("\0", "")
    return _list(request, my_grants(who, after=after, limit=PAGE + 1), here="grants", held=True)


@officers("resource-owner")
@require_safe
def on_mine(request: HttpRequest) -> HttpResponse:
    """The grants on the agency's resources, paged by code."""
    who = actor(request)
    after = request.GET.get("after", "").replace("\0", "")
    return _list(request, grants_on_mine(who, after=after, limit=PAGE + 1), here="given", held=False)


@officers(*ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, code: str) -> HttpResponse:
    """One grant: terms, use, what happened; hand it back or stop it, with a reason."""
    who = actor(request)
    view = get_grant(code, by=who)
    verb = request.POST.get("verb", "")
    told: dict[str, str] = {}
    if request.method == "POST":
        act = {"return": return_grant, "stop": stop_grant}.get(verb)
        if act is None:
            raise NotFound("没有这个动作。请从页面上的按钮办理。")
        try:
            act(code, reason=typed(request, "reason"), by=who)
        except BadInput as bad:
            told = {bad.field or "reason": str(bad)}
        else:
            return HttpResponseRedirect(reverse("bureau:grant", args=[code]))
    field = words_field("reason", _("理由"), request, told)
    blank = words_field("reason", _("理由"), request, {})
    context = {
        **frame(who, here="grants" if view.consumer == who.agency else "given"),
        "view": view,
        "status": grant_status(view),
        "facts": _facts(view),
        "return_field": field if verb == "return" else blank,
        "stop_field": field if verb == "stop" else blank,
        "events": acts([f"grant:{code}"]),
        "errors": errors_of([field]) if told else (),
    }
    return render(request, "bureau/grant.html", context, status=422 if told else 200)


def _list(request: HttpRequest, found: list[GrantView], *, here: str, held: bool) -> HttpResponse:
    rows = found[:PAGE]
    names = names_of({row.provider if held else row.consumer for row in rows})
    context = {
        **frame(actor(request), here=here),
        "mine": held,
        "rows": [
            (row, names.get(row.provider if held else row.consumer, ""), grant_status(row)) for row in rows
        ],
        "following": f"?after={rows[-1].code}" if len(found) > PAGE else "",
    }
    return render(request, "bureau/grants.html", context)


def _facts(view: GrantView) -> list[parts.Row]:
    agencies = get_agencies({view.consumer, view.provider})
    kinds = titles_of(view.case_kinds)
    last = view.valid_to or _("没有写")
    rows = [
        (_("持有部门"), agencies[view.consumer].name),
        (_("提供部门"), agencies[view.provider].name),
        (_("信息资源"), view.resource_name),
        (_("信息项"), "、".join(view.items)),
        (_("已暂停的信息项"), "、".join(view.suspended)),
        (_("用途"), view.purpose),
        (_("依据"), cite_rows(view.cites)),
        (_("办哪些事项时用"), "、".join(kinds.get(one, one) for one in view.case_kinds)),
        (_("哪个系统来读"), view.subsystem or _("只在本平台办事时用")),
        (_("每天最多读几次"), str(view.quota) if view.quota else _("没有写")),
        (_("期限"), _("{first} 至 {last}").format(first=view.valid_from, last=last)),
        (_("近三十天读取"), _("{n} 次").format(n=view.calls)),
        (_("最近一次读取"), str(view.last_on or _("没有读过"))),
    ]
    return [parts.Row(term, value) for term, value in rows if value]
