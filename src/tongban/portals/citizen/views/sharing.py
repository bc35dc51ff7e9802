"""亮证, sharing by a one-time code, and how a certificate was used: the holder's pages."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.certificates.api import (
    SHOWN_SECONDS,
    Preview,
    ShareTerms,
    ShareView,
    Use,
    get_certificate,
    get_copy,
    get_share,
    give_share,
    preview_share,
    revoke_share,
    share_days,
    shareable_lines,
    shares_on,
    show_certificate,
    uses_of,
)
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.portals.design import parts
from tongban.portals.design.access import people
from tongban.portals.design.codes import qr
from tongban.portals.design.copies import copy_file, copy_rows
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.design.middleware import actor


@people
@require_safe
def show(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """The certificate as a card with a code that lives for a minute; each opening of the page makes a new one."""
    view, shown = show_certificate(certificate, by=actor(request))
    address = request.build_absolute_uri(reverse("public:verify-code", args=[shown.code]))
    context = {
        "view": view,
        "shown": shown,
        "qr": qr(address),
        "seconds": SHOWN_SECONDS,
        "ends": f"{clock.local(clock.now() + (shown.ends_at - clock.real_now())):%H:%M:%S}",
        "verify_at": request.build_absolute_uri(reverse("public:verify")),
        "here": "mine",
    }
    response = render(request, "citizen/show.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@people
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """Say for whom, what for and what; see what they will see; then give."""
    who = actor(request)
    view = get_certificate(certificate, by=who)
    problem: BadInput | None = None
    if request.method == "POST" and "back" not in request.POST:
        terms = ShareTerms(
            receiver=request.POST.get("receiver", ""),
            cause=request.POST.get("cause", ""),
            items=request.POST.getlist("items"),
            days=request.POST.get("days", ""),
        )
        try:
            if "confirmed" in request.POST:
                made = give_share(certificate=certificate, terms=terms, by=who)
                return HttpResponseRedirect(reverse("citizen:share", args=[made]))
            seen = preview_share(certificate, terms, by=who)
        except BadInput as bad:
            problem = bad
        else:
            sent = [("receiver", seen.receiver), ("cause", seen.cause), ("days", terms.days)]
            sent += [("items", one) for one in seen.items]
            context = {"view": view, "sent": sent, "rows": _preview_rows(seen), "here": "mine"}
            return render(request, "citizen/share_preview.html", context)
    elif view.status != "valid":
        raise Conflict(_("这份证照现在不是有效状态，不能共享。证照页上写着原因和怎么办。"))
    fields = _fields(request, certificate, problem)
    context = {
        "view": view,
        "fields": fields,
        "errors": errors_of(fields),
        "shares": [(one, _state(one)) for one in shares_on(certificate, by=who)],
        "here": "mine",
    }
    return render(request, "citizen/share_new.html", context, status=422 if problem else 200)


@people
@require_safe
def shared(request: HttpRequest, share: UUID) -> HttpResponse:
    """One share: its code while it is open, what will be or was seen, by whom, until when."""
    view = get_share(share, by=actor(request))
    address = request.build_absolute_uri(reverse("public:shared"))
    context = {
        "share": view,
        "state": _state(view),
        "rows": _share_rows(view),
        "address": address,
        "qr": qr(address) if view.code else "",
        "here": "mine",
    }
    return render(request, "citizen/share.html", context)


@people
@require_POST
def revoke(request: HttpRequest, share: UUID) -> HttpResponse:
    """Take a share back."""
    revoke_share(share=share, by=actor(request))
    return HttpResponseRedirect(reverse("citizen:share", args=[share]))


@people
@require_safe
def uses(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """How one certificate was used, newest first."""
    view, found = uses_of(certificate, by=actor(request))
    context = {"view": view, "uses": [(one, _what(one)) for one in found], "here": "mine"}
    return render(request, "citizen/certificate_uses.html", context)


@people
@require_safe
def copy(request: HttpRequest, copy: UUID) -> HttpResponse:
    """What a reader took away, as the holder may see it."""
    view = get_copy(copy, by=actor(request))
    rows = [
        parts.Row(_("给谁"), view.reader),
        parts.Row(_("用于"), view.cause),
        parts.Row(_("看的时间"), f"{clock.local(view.made_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("有效期截至"), view.last_day.isoformat()),
        parts.Row(_("加注件编号"), view.number),
    ]
    context = {"copy": view, "rows": rows, "lines": copy_rows(view), "here": "mine"}
    return render(request, "citizen/copy.html", context)


@people
@require_safe
def copy_pdf(request: HttpRequest, copy: UUID) -> HttpResponse:
    """The copy as the reader has it."""
    return copy_file(request, get_copy(copy, by=actor(request)))


def _fields(request: HttpRequest, certificate: UUID, problem: BadInput | None) -> list[Field]:
    errors = {problem.field or "items": str(problem)} if problem else {}
    posted, most = request.POST, share_days(on=clock.today())
    lines = shareable_lines(certificate, by=actor(request))
    return [
        Field(
            name="receiver",
            label=_("给谁看"),
            hint=_("单位或者姓名，例如：澜川公寓管理处。会印在对方拿到的加注件上。"),
            value=posted.get("receiver", ""),
            error=errors.get("receiver", ""),
            width="long",
        ),
        Field(
            name="cause",
            label=_("用来做什么"),
            kind="textarea",
            hint=_("必填，最多 200 字，例如：租房时核对经营资格。也会印在加注件上。"),
            value=posted.get("cause", ""),
            error=errors.get("cause", ""),
        ),
        Field(
            name="items",
            label=_("让对方看到哪些内容"),
            kind="checkboxes",
            hint=_("证照名称、签发机关、有效期和现在的状态总会看到。"),
            options=tuple(Option(one.name, one.title, one.value) for one in lines),
            values=tuple(posted.getlist("items")),
            error=errors.get("items", ""),
        ),
        Field(
            name="days",
            label=_("几天内可以用"),
            hint=_("最多 {n} 天，只能用一次，随时可以收回。").format(n=most),
            value=posted.get("days", str(most)),
            error=errors.get("days", ""),
            inputmode="numeric",
            suffix=_("天"),
            width="tiny",
        ),
    ]


def _preview_rows(seen: Preview) -> list[parts.Row]:
    return [
        parts.Row(_("给谁看"), seen.receiver),
        parts.Row(_("用于"), seen.cause),
        parts.Row(_("最后一天"), seen.last_day.isoformat()),
        *(parts.Row(title, value) for title, value in seen.lines),
    ]


def _share_rows(view: ShareView) -> Sequence[parts.Row]:
    rows = [
        parts.Row(_("给谁看"), view.receiver),
        parts.Row(_("用于"), view.cause),
        parts.Row(_("内容"), _("、").join(title for title, _value in view.lines)),
        parts.Row(_("最后一天"), view.last_day.isoformat()),
        parts.Row(_("给出时间"), f"{clock.local(view.given_at):%Y-%m-%d %H:%M}"),
    ]
    if view.used_at:
        rows.append(parts.Row(_("用掉时间"), f"{clock.local(view.used_at):%Y-%m-%d %H:%M}"))
    if view.revoked_at:
        rows.append(parts.Row(_("收回时间"), f"{clock.local(view.revoked_at):%Y-%m-%d %H:%M}"))
    return rows


def _state(view: ShareView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "open": (_("还没有用"), "info"),
        "used": (_("已用掉"), "success"),
        "revoked": (_("已收回"), "plain"),
        "expired": (_("已过期"), "plain"),
    }
    return parts.Status(*words[view.state])


def _what(use: Use) -> str:
    words = {
        "shown": _("当面亮证，被核验 {n} 次").format(n=use.count),
        "given": _("您给出共享码"),
        "revoked": _("您收回共享码"),
        "opened": _("凭共享码查看"),
        "copied": _("为办件制作加注件"),
        "viewed": _("签发机关打开证照"),
        "read": _("通过数据交换读取"),
        "presented": _("从钱包出示"),
        "wallet": _("签发到您的钱包"),
        "wallet-ended": _("钱包里的证照停用"),
    }
    return words[use.way]
