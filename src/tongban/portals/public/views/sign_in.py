"""Signing in and out; in a demonstration city also as one of the invented people."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.identity.api import (
    Account,
    candidates,
    check_second_step,
    find_account,
    get_account,
    needs_second_step,
    recognise,
    sign_in_by_passkey,
    sign_in_wanted,
)
from tongban.identity.ports import outside_sign_ins, sign_in_port
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.packs.api import is_demonstration
from tongban.portals.design import limits, parts
from tongban.portals.design.access import everybody, signed_in
from tongban.portals.design.fields import Field, errors_of
from tongban.portals.design.sessions import put_off
from tongban.portals.public import entering


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; a wrong pair does not say which of the two was wrong."""
    if request.method == "POST":
        username = request.POST.get("username", "").strip()
        try:
            account = _by_password(request, username)
        except BadInput as wrong:
            return sign_in_page(request, username=username, error=str(wrong), status=422)
        after = entering.wanted(request, default="")
        if needs_second_step(account.pk):
            entering.stand_halfway(request, account)
            return HttpResponseRedirect(_with_next("public:sign-in-code", after))
        entering.enter(request, account)
        return HttpResponseRedirect(entering.wanted(request))
    words = _("您登录已有一段时间。更改登录方式之前，请再登录一次。") if request.GET.get("again") else ""
    return sign_in_page(request, words=words)


def sign_in_page(
    request: HttpRequest, *, username: str = "", error: str = "", words: str = "", status: int = 200
) -> HttpResponse:
    """The form and every other way in; `words` say why somebody stands here."""
    after = entering.wanted(request, default="")
    fields = [
        Field(
            name="username",
            label=_("用户名"),
            value=username,
            autocomplete="username",
            width="medium",
            error=error,
        ),
        Field(
            name="password", label=_("密码"), kind="password", autocomplete="current-password", width="medium"
        ),
    ]
    context = {
        "fields": fields,
        "errors": errors_of(fields),
        "words": words,
        "next": after,
        "passkey_url": _with_next("public:sign-in-passkey", after),
        "outside": [
            (_with_next("public:sign-in-outside", after, port.code), port.title)
            for port in outside_sign_ins()
        ],
        "groups": _groups() if _may_choose() else [],
    }
    return render(request, "public/sign_in.html", context, status=status)


def _by_password(request: HttpRequest, username: str) -> Account:
    """The account of that name and password, within the limits."""
    here = limits.address_of(request)
    limits.spend(limits.SIGN_IN_BY_ADDRESS, here)
    limits.spend(limits.SIGN_IN_BY_NAME, username)
    limits.spend(limits.SIGN_IN, f"{username} {here}")
    given = {"username": username, "password": request.POST.get("password", "")}
    account = recognise(sign_in_port("local").finish(given=given, kept={}, back=""))
    limits.forget(limits.SIGN_IN, f"{username} {here}")
    return account


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code, after the password."""
    account, error = entering.halfway(request), ""
    if account is None:
        words = _("请先输入用户名和密码，十分钟之内再输入验证码。")
        return sign_in_page(request, words=words)
    if request.method == "POST":
        limits.spend(limits.SECOND_STEP, str(account))
        try:
            check_second_step(account=account, code=request.POST.get("code", ""))
        except BadInput as wrong:
            error = str(wrong)
        else:
            limits.forget(limits.SECOND_STEP, str(account))
            entering.enter(request, get_account(account))
            return HttpResponseRedirect(entering.wanted(request))
    field = Field(
        name="code",
        label=_("验证码"),
        hint=_("打开手机上的认证器应用，输入 6 位数字。手机不在身边时，输入一个备用码。"),
        autocomplete="one-time-code",
        width="short",
        error=error,
    )
    context = {"field": field, "errors": errors_of([field]), "next": entering.wanted(request, default="")}
    return render(request, "public/second_step.html", context, status=422 if error else 200)


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def by_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey shows who one is by itself: it lies on the device and opens with a finger, a face or a PIN."""
    error = ""
    if request.method == "POST":
        limits.spend(limits.SIGN_IN_BY_ADDRESS, limits.address_of(request))
        try:
            account = sign_in_by_passkey(
                answer=request.POST.get("answer", ""), challenge=entering.asked(request)
            )
        except BadInput as refusal:
            error = str(refusal)
        else:
            entering.enter(request, account)
            return HttpResponseRedirect(entering.wanted(request))
    ceremony = sign_in_wanted()
    entering.ask(request, ceremony.challenge)
    after = entering.wanted(request, default="")
    context = {
        "options": ceremony.options,
        "sentence": error,
        "next": after,
        "password_url": _with_next("public:sign-in", after),
    }
    return render(request, "public/sign_in_passkey.html", context, status=422 if error else 200)


@everybody
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people: only there, only on this machine."""
    if not _may_choose():
        raise NotAllowed(_("只有演示城市可以直接选择身份登录。"))
    entering.enter(request, find_account(request.POST.get("person", "")))
    return HttpResponseRedirect(entering.wanted(request))


@signed_in
@require_safe
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: the end of the session is put off."""
    put_off(request)
    return HttpResponse(status=204)


@everybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("public:home"))


@everybody
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """A form without its token: an old page, or another site's."""
    words = _("这一页放得太久，或者不是从本站打开的。请回到上一页刷新后再提交，您填的内容不会丢。")
    return render(request, "403.html", {"sentence": words}, status=403)


def _may_choose() -> bool:
    """The list exists while every active pack is a demonstration and only this machine can reach us."""
    return settings.TONGBAN_LOOPBACK and is_demonstration()


def _groups() -> list[parts.PersonGroup]:
    groups: dict[str, list[parts.Person]] = {}
    for one in candidates():
        groups.setdefault(one.group, []).append(parts.Person(one.username, one.name, one.post))
    return [parts.PersonGroup(group, tuple(people)) for group, people in groups.items()]


def _with_next(name: str, after: str, *arguments: str) -> str:
    return reverse(name, args=arguments) + (f"?{urlencode({'next': after})}" if after else "")
