"""放进钱包: the link and the QR code of an offer, the code beside it, and in which wallets a certificate lies."""

import json
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.certificates.api import (
    CopyInWallet,
    OfferView,
    end_wallet_copy,
    get_certificate,
    get_offer,
    get_wallet_copy,
    offer_case,
    offer_certificate,
    offers_of,
    title_of_case_offer,
    wallet_copies,
    withdraw_offer,
)
from tongban.kernel import clock
from tongban.kernel.errors import BadInput
from tongban.portals.design import limits, parts
from tongban.portals.design.access import people
from tongban.portals.design.codes import qr
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.design.shown import code_guidance

#: What wallets on a telephone open (VCI 12.1.1).
_SCHEME = "openid-credential-offer://?"


@people
@require_http_methods(["GET", "HEAD", "POST"])
def of_certificate(request: HttpRequest, certificate: UUID) -> HttpResponse:
    """In which wallets a certificate lies, and the form that puts it into another one."""
    who = actor(request)
    view = get_certificate(certificate, by=who)
    problem: BadInput | None = None
    if request.method == "POST":
        limits.spend(limits.WALLET_OFFER, who.key)
        try:
            made = offer_certificate(certificate=certificate, label=request.POST.get("label", ""), by=who)
            return HttpResponseRedirect(reverse("citizen:wallet-offer", args=[made]))
        except BadInput as bad:
            problem = bad
    fields = _fields(request, problem)
    context = {
        "view": view,
        "fields": fields,
        "errors": errors_of(fields),
        "offers": [(one, _offer_state(one)) for one in offers_of(by=who, certificate=certificate)],
        "copies": [(one, _copy_state(one)) for one in wallet_copies(certificate, by=who)],
        "here": "mine",
    }
    return render(request, "citizen/wallets.html", context, status=422 if problem else 200)


@people
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """What a running case will give, promised to a wallet that waits for it."""
    who = actor(request)
    problem: BadInput | None = None
    if request.method == "POST":
        limits.spend(limits.WALLET_OFFER, who.key)
        try:
            made = offer_case(case_number=number, label=request.POST.get("label", ""), by=who)
            return HttpResponseRedirect(reverse("citizen:wallet-offer", args=[made]))
        except BadInput as bad:
            problem = bad
    title = title_of_case_offer(number, by=who)
    fields = _fields(request, problem)
    context = {
        "number": number,
        "title": title,
        "application_url": _application(number),
        "fields": fields,
        "errors": errors_of(fields),
        "offers": [(one, _offer_state(one)) for one in offers_of(by=who, case_number=number)],
        "here": "mine",
    }
    return render(request, "citizen/wallet_case.html", context, status=422 if problem else 200)


@people
@require_safe
def offer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """An offer as link and QR code; the code of six digits is on a page of its own, so that no photograph has both."""
    view = get_offer(offer, by=actor(request), guidance=code_guidance())
    handle = reverse("public:wallet-offered", args=[view.handle]) if view.handle else ""
    address = f"{str(settings.TONGBAN_ORIGIN).rstrip('/')}{handle}"
    by_value = urlencode({"credential_offer": json.dumps(view.object)}, quote_via=quote)
    context = {
        "offer": view,
        "state": _offer_state(view),
        "back_url": _back(view),
        "again_url": _again(view) if view.state in {"over", "blocked", "withdrawn"} else "",
        "qr": qr(_SCHEME + urlencode({"credential_offer_uri": address}, quote_via=quote)) if handle else "",
        "link": _SCHEME + by_value if handle else "",
        "ends": _ends(view),
        "here": "mine",
    }
    return _kept_by_nobody(render(request, "citizen/wallet_offer.html", context))


@people
@require_safe
def code(request: HttpRequest, offer: UUID) -> HttpResponse:
    """The code of six digits, for her eyes."""
    view = get_offer(offer, by=actor(request))
    context = {"offer": view, "state": _offer_state(view), "ends": _ends(view), "here": "mine"}
    return _kept_by_nobody(render(request, "citizen/wallet_code.html", context))


@people
@require_POST
def withdraw(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Take an offer back."""
    withdraw_offer(offer=offer, by=actor(request))
    return HttpResponseRedirect(reverse("citizen:wallet-offer", args=[offer]))


@people
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, copy: UUID) -> HttpResponse:
    """What lies in one wallet, and ending it."""
    who = actor(request)
    if request.method == "POST":
        end_wallet_copy(copy=copy, by=who)
        return HttpResponseRedirect(reverse("citizen:wallet-copy", args=[copy]))
    view = get_wallet_copy(copy, by=who)
    rows = [
        parts.Row(_("证照"), view.title),
        parts.Row(_("放进去的时间"), f"{clock.local(view.issued_at):%Y-%m-%d %H:%M}"),
        parts.Row(_("绑定的密钥"), _("{n} 把，都在这个钱包里").format(n=view.texts)),
    ]
    if view.accepted_at:
        rows.append(parts.Row(_("钱包回报已存好"), f"{clock.local(view.accepted_at):%Y-%m-%d %H:%M}"))
    if view.ended_at:
        rows.append(parts.Row(_("停用时间"), f"{clock.local(view.ended_at):%Y-%m-%d %H:%M}"))
    context = {"copy": view, "state": _copy_state(view), "rows": rows, "here": "mine"}
    return render(request, "citizen/wallet_copy.html", context)


def _fields(request: HttpRequest, problem: BadInput | None) -> list[Field]:
    return [
        Field(
            name="label",
            label=_("给这个钱包起个名字（可以不填）"),
            hint=_("只给您自己看，以后分得清是哪部手机，例如：我的手机。"),
            value=request.POST.get("label", ""),
            error=str(problem) if problem else "",
            width="long",
        )
    ]


def _back(view: OfferView) -> str:
    if view.certificate:
        return reverse("citizen:certificate-wallets", args=[view.certificate])
    return _application(view.case_number)


def _again(view: OfferView) -> str:
    return _back(view) if view.certificate else reverse("citizen:case-wallet", args=[view.case_number])


def _application(case_number: str) -> str:
    return reverse("citizen:application", args=[case_number.rpartition("-")[0] or case_number])


def _ends(view: OfferView) -> str:
    return f"{clock.local(clock.now() + (view.ends_at - clock.real_now())):%H:%M}"


def _offer_state(view: OfferView) -> parts.Status:
    words: dict[str, tuple[str, parts.Tone]] = {
        "open": (_("等钱包来取"), "info"),
        "waiting": (_("钱包在等办结"), "info") if view.case_number else (_("钱包正在取"), "info"),
        "fetched": (_("已放进钱包"), "success"),
        "withdrawn": (_("已收回"), "plain"),
        "denied": (_("没有办成，取不到"), "plain"),
        "blocked": (_("输错太多次，已作废"), "warning"),
        "over": (_("已过期"), "plain"),
    }
    return parts.Status(*words[view.state])


def _copy_state(view: CopyInWallet) -> parts.Status:
    if view.ended_at:
        return parts.Status(_("钱包没有存下") if view.ended_by == "wallet" else _("您已停用"), "plain")
    return parts.Status(_("可以用"), "success")


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
