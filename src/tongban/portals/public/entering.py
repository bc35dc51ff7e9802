"""What signing in leaves in the session: who is half way, which challenge was asked, when somebody came in."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.identity.api import Account
from tongban.kernel import clock
from tongban.portals.design.sessions import ENTERED

View = Callable[..., HttpResponse]

BACKEND = "tongban.identity.backends.AccountBackend"
#: Between the password and the code; between asking for a passkey and its answer.
HALFWAY = timedelta(minutes=10)
#: Who has been signed in for longer shows once more who they are before they change how they sign in.
FRESH = timedelta(minutes=15)
_HALFWAY, _ASKED = "halfway", "passkey_asked"


def enter(request: HttpRequest, account: Account) -> None:
    """Sign the account in under a new session key."""
    login(request, account, backend=BACKEND)
    for key in (_HALFWAY, _ASKED):
        request.session.pop(key, None)
    request.session[ENTERED] = _now()


def stand_halfway(request: HttpRequest, account: Account) -> None:
    """The password was right; the code is still to come."""
    request.session[_HALFWAY] = {"account": account.pk, "until": _now() + HALFWAY.total_seconds()}


def halfway(request: HttpRequest) -> int | None:
    """The account that waits for its code, if its password was given less than ten minutes ago."""
    kept = request.session.get(_HALFWAY)
    return int(kept["account"]) if kept and kept["until"] > _now() else None


def ask(request: HttpRequest, challenge: bytes) -> None:
    """Remember the challenge that the browser's answer must sign."""
    request.session[_ASKED] = {"challenge": challenge.hex(), "until": _now() + HALFWAY.total_seconds()}


def asked(request: HttpRequest) -> bytes:
    """The challenge, once; empty bytes, which nothing signs, when there is none or it is too old."""
    kept = request.session.pop(_ASKED, None)
    return bytes.fromhex(kept["challenge"]) if kept and kept["until"] > _now() else b""


def freshly(view: View) -> View:
    """Only shortly after signing in; else sign in once more, and come back to the page of the methods."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _now() - request.session.get(ENTERED, 0) > FRESH.total_seconds():
            back = request.path if request.method == "GET" else reverse("public:account")
            return HttpResponseRedirect(
                f"{reverse('public:sign-in')}?{urlencode({'next': back, 'again': '1'})}"
            )
        return view(request, *args, **kwargs)

    return checked


def wanted(request: HttpRequest, *, default: str | None = None) -> str:
    """Where to go after: an address of ours that the form carries, else the front page."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return reverse("public:home") if default is None else default


def _now() -> int:
    return int(clock.real_now().timestamp())
