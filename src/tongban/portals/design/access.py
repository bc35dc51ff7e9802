"""Who may open a page. Every view carries exactly one of these rules; tests/architecture lists them all."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.identity.api import role_titles
from tongban.kernel.errors import NotAllowed
from tongban.kernel.sentences import say
from tongban.portals.design.sessions import hold

View = Callable[..., HttpResponse]
_PRESSED = "pressed_before_signing_in"


def everybody(view: View) -> View:
    """Signed in or not."""
    return _ruled(view, "everybody")


def people(view: View) -> View:
    """A person signed in, for herself; others are sent to sign in, officers are told to change identity."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        who = request.actor  # type: ignore[attr-defined]
        if who is not None and who.represents:
            raise NotAllowed("您正在代别人办事，这一页只给本人看。要看自己的，请先在页首结束代办。")
        return _for_a_person(request, view, *args, **kwargs)

    return _ruled(checked, "people")


def people_and_agents(view: View) -> View:
    """A person signed in, for herself or as somebody's agent; what an agent may see there is the query's business."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _for_a_person(request, view, *args, **kwargs)

    return _ruled(checked, "people and agents")


def _for_a_person(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    who = request.actor  # type: ignore[attr-defined]
    if who is None:
        return _to_sign_in(request, view)
    if who.kind != "person":
        raise NotAllowed("这是居民的页面。请退出工作人员账户，用个人账户登录。")
    return view(request, *args, **kwargs)


def officers(*roles: str) -> Callable[[View], View]:
    """An officer with one of the roles (none named: any officer)."""

    def rule(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            who = request.actor  # type: ignore[attr-defined]
            if who is None:
                return _to_sign_in(request, view)
            if who.kind != "officer":
                raise NotAllowed("这是工作人员的页面。您以居民身份登录，不能打开。")
            if roles and not any(who.has_role(role) for role in roles):
                titles = role_titles()
                wanted = "／".join(titles.get(role, role) for role in roles)
                raise NotAllowed(
                    say("这一页需要「{wanted}」角色，可以由本部门的系统管理员授予。", wanted=wanted)
                )
            return view(request, *args, **kwargs)

        return _ruled(checked, "officers " + " ".join(roles))

    return rule


def signed_in(view: View) -> View:
    """Anybody who is signed in."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor is None:  # type: ignore[attr-defined]
            return _to_sign_in(request, view)
        return view(request, *args, **kwargs)

    return _ruled(checked, "signed in")


def _ruled(view: View, rule: str) -> View:
    view.access = rule  # type: ignore[attr-defined]
    return view


def goes_on(view: View) -> View:
    """A press by somebody not signed in goes on after signing in: the address is opened once more, by GET.

    The view asks `was_pressed` then, so that a mere link to it does nothing.
    """
    view.goes_on = True  # type: ignore[attr-defined]
    return view


def was_pressed(request: HttpRequest) -> bool:
    """Whether this address was posted to in this session just before signing in; answers yes once."""
    return bool(request.session.pop(_PRESSED, "") == request.path)


def _to_sign_in(request: HttpRequest, view: View) -> HttpResponse:
    """Back to the page after signing in; a form that was sent is not replayed, its page shows it again."""
    back = request.get_full_path()
    if request.method == "POST":
        held_by = urlsplit(request.headers.get("Referer", ""))
        back = held_by.path if held_by.netloc == request.get_host() else reverse("public:home")
        if getattr(view, "goes_on", False):
            request.session[_PRESSED] = back = request.path
        else:
            hold(request, back)
    return HttpResponseRedirect(f"{reverse('public:sign-in')}?{urlencode({'next': back})}")
