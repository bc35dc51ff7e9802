"""Signing in and out; in a demonstration city also as one of the invented people."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.identity.api import candidates, find_account
from tongban.kernel.errors import NotAllowed
from tongban.packs.api import is_demonstration
from tongban.portals.design import parts
from tongban.portals.design.access import everybody
from tongban.portals.design.fields import Field, errors_of

_BACKEND = "tongban.identity.backends.LocalBackend"


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; a wrong pair does not say which of the two was wrong."""
    username, failed = request.POST.get("username", "").strip(), False
    if request.method == "POST":
        account = authenticate(request, username=username, password=request.POST.get("password", ""))
        if account is not None:
            login(request, account)
            return HttpResponseRedirect(_next(request))
        failed = True
    fields = [
        Field(
            name="username",
            label=_("用户名"),
            value=username,
            autocomplete="username",
            width="medium",
            error=_("用户名或密码不对，请核对后再试。") if failed else "",
        ),
        Field(
            name="password", label=_("密码"), kind="password", autocomplete="current-password", width="medium"
        ),
    ]
    context = {
        "fields": fields,
        "errors": errors_of(fields),
        "next": _next(request, default=""),
        "groups": _groups() if _may_choose() else [],
    }
    return render(request, "public/sign_in.html", context, status=422 if failed else 200)


@everybody
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people: only there, only on this machine."""
    if not _may_choose():
        raise NotAllowed(_("只有演示城市可以直接选择身份登录。"))
    login(request, find_account(request.POST.get("person", "")), backend=_BACKEND)
    return HttpResponseRedirect(_next(request))


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


def _next(request: HttpRequest, *, default: str | None = None) -> str:
    """Where to go after: an address of ours that the form carries, else the front page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("public:home") if default is None else default
