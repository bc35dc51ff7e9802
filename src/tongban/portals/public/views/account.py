"""登录方式: how one signs in to one's own account, for people and officers alike."""

from base64 import b64decode, b64encode
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.identity.api import (
    add_passkey,
    add_totp,
    hidden_secret,
    methods_of,
    new_totp_secret,
    passkey_wanted,
    remove_passkey,
    remove_totp,
    rename_passkey,
    renew_recovery_codes,
    shown_secret,
    totp_address,
)
from tongban.kernel.errors import BadInput, NotFound
from tongban.portals.design import limits
from tongban.portals.design.access import signed_in
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.middleware import actor
from tongban.portals.public import entering

_NEW_SECRET = "totp_to_confirm"  # noqa: S105 - the name of a place in the session


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What there is, and what can be added or removed."""
    return render(request, "public/account.html", {"methods": methods_of(_mine(request)), "here": "account"})


@signed_in
@entering.freshly
@require_http_methods(["GET", "HEAD", "POST"])
def new_totp(request: HttpRequest) -> HttpResponse:
    """Show the key as a picture and as letters, and take the app's first code. The same key until it is confirmed."""
    error, mine = "", _mine(request)
    concealed = b64decode(request.session.get(_NEW_SECRET, ""))
    if not concealed:
        concealed = hidden_secret(new_totp_secret(), account=mine)
        request.session[_NEW_SECRET] = b64encode(concealed).decode()
    if request.method == "POST":
        limits.spend(limits.SECOND_STEP, f"new {mine}")
        try:
            codes = add_totp(
                account=mine, concealed=concealed, code=request.POST.get("code", ""), by=actor(request)
            )
        except BadInput as wrong:
            error = str(wrong)
        else:
            del request.session[_NEW_SECRET]
            return _codes(request, codes, added=True)
    secret = shown_secret(concealed, account=mine)
    field = Field(
        name="code",
        label=_("应用显示的 6 位数字"),
        inputmode="numeric",
        autocomplete="one-time-code",
        width="short",
        error=error,
    )
    context = {
        "field": field,
        "errors": errors_of([field]),
        "picture": segno.make(totp_address(secret, username=request.user.get_username())).svg_data_uri(
            scale=4, border=4, dark="#000", light="#fff"
        ),
        "letters": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "here": "account",
    }
    return render(request, "public/account_totp.html", context, status=422 if error else 200)


@signed_in
@entering.freshly
@require_POST
def drop_totp(request: HttpRequest) -> HttpResponse:
    """Password alone from now on."""
    remove_totp(account=_mine(request), by=actor(request))
    return _back()


@signed_in
@entering.freshly
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    return _codes(request, renew_recovery_codes(account=_mine(request), by=actor(request)), added=False)


@signed_in
@entering.freshly
@require_http_methods(["GET", "HEAD", "POST"])
def new_passkey(request: HttpRequest) -> HttpResponse:
    """A name and a press; the browser does the rest."""
    name, problem = request.POST.get("name", ""), None
    if request.method == "POST":
        try:
            add_passkey(
                account=_mine(request),
                answer=request.POST.get("answer", ""),
                challenge=entering.asked(request),
                name=name,
                by=actor(request),
            )
        except BadInput as refusal:
            problem = refusal
        else:
            return _back()
    ceremony = passkey_wanted(account=_mine(request), name=actor(request).name)
    entering.ask(request, ceremony.challenge)
    wrong_name = problem is not None and problem.field == "name"
    field = _name_field(name, str(problem) if problem and wrong_name else "")
    context = {
        "options": ceremony.options,
        "field": field,
        "errors": errors_of([field]),
        "sentence": str(problem) if problem and not wrong_name else "",
        "here": "account",
    }
    return render(request, "public/account_passkey_new.html", context, status=422 if problem else 200)


@signed_in
@entering.freshly
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest, key: UUID) -> HttpResponse:
    """Rename one, or remove it."""
    found = next((one for one in methods_of(_mine(request)).passkeys if one.id == key), None)
    if found is None:
        raise NotFound(_("没有这个通行密钥，它可能已被删除。"))
    name, error = request.POST.get("name", found.name), ""
    if request.method == "POST":
        try:
            rename_passkey(account=_mine(request), passkey=key, name=name, by=actor(request))
        except BadInput as wrong:
            error = str(wrong)
        else:
            return _back()
    field = _name_field(name, error)
    context = {"passkey": found, "field": field, "errors": errors_of([field]), "here": "account"}
    return render(request, "public/account_passkey.html", context, status=422 if error else 200)


@signed_in
@entering.freshly
@require_POST
def drop_passkey(request: HttpRequest, key: UUID) -> HttpResponse:
    """It no longer opens anything here."""
    remove_passkey(account=_mine(request), passkey=key, by=actor(request))
    return _back()


def _mine(request: HttpRequest) -> int:
    assert request.user.pk, "the view has no access rule"
    return request.user.pk


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("public:account"))


def _codes(request: HttpRequest, codes: list[str], *, added: bool) -> HttpResponse:
    return render(request, "public/account_codes.html", {"codes": codes, "added": added, "here": "account"})


def _name_field(value: str, error: str) -> Field:
    return Field(
        name="name",
        label=_("名称"),
        hint=_("写清是哪台设备，例如「我的手机」。"),
        value=value,
        width="medium",
        error=error,
    )
