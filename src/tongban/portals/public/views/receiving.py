"""A receiver opens what a holder shared: sees what it is about, says who is asking, sees it once, takes a copy away."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.certificates.api import ShareView, find_share, open_share, opened_copy
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody
from tongban.portals.design.copies import copy_file, copy_rows
from tongban.portals.design.fields import Field, errors_of


@everybody
@limits.limited(lambda: limits.SHARE_CODE, names="code")
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """The code; then what it is about and who asks; then it is used up."""
    code, reader = request.POST.get("code", "").strip(), request.POST.get("reader", "")
    share: ShareView | None = None
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            if not code:
                raise BadInput(_("请填写持证人给您的 12 位共享码。"), field="code")
            share = find_share(code)
            if "confirmed" in request.POST:
                opened = open_share(code=code, reader=reader, by=None)
                return HttpResponseRedirect(reverse("public:shared-copy", args=[opened.token]))
        except (NotFound, Conflict, BadInput) as problem:
            field = problem.field if isinstance(problem, BadInput) and problem.field else "code"
            share = share if field == "reader" else None
            errors, status = {field: str(problem)}, problem.status
    fields = [_reader_field(reader or share.receiver, errors)] if share else []
    fields = fields or [_code_field(code if errors else "", errors)]
    context = {
        "fields": fields,
        "errors": errors_of(fields),
        "share": share,
        "code": code,
        "rows": _rows(share) if share else [],
        "here": "verify",
    }
    response = render(request, "public/shared.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@everybody
@require_safe
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """What was shared, once; a quarter of an hour to take the sealed copy away."""
    view = opened_copy(token)
    rows = [
        parts.Row(_("仅供"), view.reader),
        parts.Row(_("用于"), view.cause),
        parts.Row(_("有效期截至"), view.last_day.isoformat()),
        parts.Row(_("看的时间"), f"{clock.local(view.made_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("那时的状态"), view.status),
        parts.Row(_("签发机关"), view.issuer_name),
        parts.Row(_("加注件编号"), view.number),
    ]
    context = {"copy": view, "token": token, "rows": rows, "lines": copy_rows(view), "here": "verify"}
    response = render(request, "public/shared_copy.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@everybody
@require_safe
def copy_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The sealed copy."""
    return copy_file(request, opened_copy(token))


def _code_field(given: str, errors: dict[str, str]) -> Field:
    return Field(
        name="code",
        label=_("共享码"),
        hint=_("12 位，例如 7K2M-4QZX-9T3B。字母不分大小写。它只能用一次，先看清楚再打开。"),
        value=given,
        error=errors.get("code", ""),
        width="medium",
    )


def _reader_field(given: str, errors: dict[str, str]) -> Field:
    return Field(
        name="reader",
        label=_("您是谁"),
        hint=_("单位或者姓名。持证人会看到，也会印在您拿到的加注件上。"),
        value=given,
        error=errors.get("reader", ""),
        width="long",
    )


def _rows(share: ShareView) -> list[parts.Row]:
    """What it is about, without any value: nothing is used up yet."""
    return [
        parts.Row(_("证照"), share.title),
        parts.Row(_("持证人写的是给"), share.receiver),
        parts.Row(_("用于"), share.cause),
        parts.Row(_("您会看到"), _("、").join(title for title, _value in share.lines)),
        parts.Row(_("最后一天"), share.last_day.isoformat()),
    ]
