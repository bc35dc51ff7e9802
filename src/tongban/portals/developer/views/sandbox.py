"""A key of the sandbox at once, shown once; the keys of this browser and what was called with them."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.exchange.api import (
    CASES,
    SANDBOX_DAYS,
    Opened,
    forget_client,
    invented,
    read_public_key,
    sandbox_calls,
)
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, Option, errors_of
from tongban.portals.developer.clients import is_mine, mine, open_client

CALLS = 20


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest) -> HttpResponse:
    """The form; what it gives is in the answer to it and in no other page."""
    if request.method != "POST":
        return _page(request)
    how = request.POST.get("how", "")
    try:
        suite, public = read_public_key(request.POST.get("public", "")) if how == "own" else ("", b"")
        opened = open_client(request, how=how, suite=suite, public=public)
    except BadInput as bad:
        return _page(request, bad=bad)
    return _page(request, opened=opened)


@everybody
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take a key of this browser back."""
    client = request.POST.get("client", "")
    if not is_mine(request, client):
        raise NotFound(_("这个浏览器没有领过这把沙箱密钥，或者它已经到期。"))
    forget_client(client)
    return HttpResponseRedirect(reverse("developer:sandbox"))


def _page(request: HttpRequest, *, opened: Opened | None = None, bad: BadInput | None = None) -> HttpResponse:
    wrong = {bad.field or "how": str(bad)} if bad else {}
    given = request.POST if bad else {}
    clients = mine(request)
    calls = sandbox_calls(
        [one.client for one in clients], before=_id(request.GET.get("before", "")), limit=CALLS + 1
    )
    fields = [
        Field(name="how", label=_("要哪一种"), kind="radios", value=str(given.get("how", "")) or "token",
              error=wrong.get("how", ""), options=(
                  Option("token", _("令牌"), _("最快：curl 一行就能调用。")),
                  Option("pair", _("密钥对"), _("和正式的一样要签名（ES256）；私钥只显示这一次。")),
                  Option("own", _("用我自己的公钥"), _("您已经有密钥：把公钥贴在下面。")))),
        Field(name="public", label=_("公钥"), kind="textarea", value=str(given.get("public", "")),
              hint=_("只在“用我自己的公钥”时填：PEM，或者十六进制、base64。"), error=wrong.get("public", ""), required=False),
    ]  # fmt: skip
    context = {
        "fields": fields,
        "errors": errors_of(fields),
        "opened": opened,
        "clients": clients,
        "calls": [
            (one, parts.Status(str(one.status), "success" if one.status == 200 else "warning"))
            for one in calls[:CALLS]
        ],
        "following": f"?before={calls[CALLS - 1].id}" if len(calls) > CALLS else "",
        "cases": [(one, [invented()[n] for n in one.parties]) for one in CASES],
        "people": invented(),
        "days": SANDBOX_DAYS,
        "sandbox": settings.TONGBAN_SANDBOX,
        "a_minute": settings.TONGBAN_SANDBOX_CALLS_A_MINUTE,
    }
    response = render(request, "developer/sandbox.html", context, status=422 if bad else 200)
    if opened:
        response.headers["Cache-Control"] = "no-store"
    return response


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
