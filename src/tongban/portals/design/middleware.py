"""What every answer carries and every request starts with: policy, city time, who asks, problems as pages."""

import logging
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from tongban.clocks.api import take_up_what_counts
from tongban.identity.api import MandateView, actor_of, get_agency
from tongban.journal.api import Actor, StaleObject
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed, Problem, TooMany, Unavailable
from tongban.packs.api import content_held, content_in_force
from tongban.portals.design.acting import as_agent
from tongban.portals.design.context import Page
from tongban.portals.design.looks import looks_of
from tongban.portals.design.sessions import held, session_left
from tongban.portals.design.shown import acts_since, citation
from tongban.services.api import ItemEnded, titles_of

Answer = Callable[[HttpRequest], HttpResponse]

#: No inline script or style anywhere; `data:` is for the icon masks of the vendored style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: Fields that nobody typed, and the one that is never shown again.
_SENT_UNSEEN = {"csrfmiddlewaretoken", "seen", "verb", "back", "next", "password"}
_PAGES = {
    403: "403.html",
    404: "404.html",
    409: "409.html",
    410: "410.html",
    422: "422.html",
    429: "429.html",
    503: "503.html",
}


def content_security_policy(get_response: Answer) -> Answer:
    """Set the policy unless a view has set a stricter one."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return answer


def known_host(get_response: Answer) -> Answer:
    """Serve only hosts that are ours, also pages that never ask: other names may lead to this machine as well."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.get_host()
        return get_response(request)

    return answer


def city_time(get_response: Answer) -> Answer:
    """Every request reads anew what time it is in the city and which content counts, so that all of it sees one of each."""

    def answer(request: HttpRequest) -> HttpResponse:
        with content_held(take_up_what_counts()):
            return get_response(request)

    return answer


class Visitor:
    """Who asks, and what the page around the answer says. Both are read when first needed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `request.actor` and `request.page` at hand."""
        user = request.user
        request.actor = who = actor_of(user) if user.is_authenticated else None  # type: ignore[attr-defined]
        mandate: MandateView | None = None
        again: QueryDict | None = None
        request.page = SimpleLazyObject(lambda: _page(request, mandate, held=bool(again)))  # type: ignore[attr-defined]
        if who:
            try:
                acting, mandate = as_agent(request, who)
            except NotAllowed as ended:
                response = problem_page(request, ended)
                response.headers["Cache-Control"] = "no-store"
                return response
            if mandate:
                request.actor = acting  # type: ignore[attr-defined]
        if again := held(request):
            request.POST = again  # type: ignore[assignment]  # a form shows what it was sent, so it shows this
        response = self.get_response(request)
        if request.actor:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A problem that a person can understand becomes its page; anything else gets a number and is logged."""
        if isinstance(error, Problem):
            return problem_page(request, error)
        return None if settings.DEBUG else fault_page(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what went wrong outside a view, in a middleware: mostly the database is away."""
    return fault_page(request, sys.exc_info()[1])


def fault_page(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 while the database is away, else 500 with a number that stands in the log. Neither needs a database."""
    if isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(get_template("503.html").render(), status=503, headers={"Retry-After": "3"})
    reference = secrets.token_hex(4).upper()
    logging.getLogger("tongban").error("%s %s %s", reference, request.method, request.path, exc_info=error)
    return HttpResponse(get_template("500.html").render({"reference": reference}), status=500)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of a problem, with its status."""
    context: dict[str, object] = {"sentence": str(problem)}
    if isinstance(problem, ItemEnded):
        context["item"], context["successor"] = problem.item, problem.successor
        context["why"] = citation(problem.item.ended.cite) if problem.item.ended else None
    if isinstance(problem, StaleObject):
        context["again_url"] = _page_of_form(request)
        context["changes"] = acts_since(problem)
        context["given"] = typed(request)
    headers = {}
    if isinstance(problem, Unavailable):
        context["passes"] = problem.passes
        headers = {"Retry-After": "3"} if problem.passes else {}
    if isinstance(problem, TooMany):
        context["again_at"] = problem.again_at
        headers["Retry-After"] = str(max(1, round((problem.again_at - clock.now()).total_seconds())))
    page = _PAGES.get(problem.status, "422.html")
    return HttpResponse(get_template(page).render(context, request), status=problem.status, headers=headers)


def _page_of_form(request: HttpRequest) -> str:
    """The page of ours that held the form: an address that only takes forms cannot be opened again."""
    held_by = urlsplit(request.headers.get("Referer", ""))
    return held_by.path if held_by.netloc == request.get_host() else request.get_full_path()


def typed(request: HttpRequest) -> list[str]:
    """What was typed into the form that was not taken, so that it can be copied; nothing that forms send by themselves."""
    return [
        text
        for name in request.POST
        if name not in _SENT_UNSEEN
        for value in request.POST.getlist(name)
        if (text := value.strip())
    ]


def actor(request: HttpRequest) -> Actor:
    """Who asks; views behind an access rule may rely on it."""
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    assert who is not None, "the view has no access rule"
    return who


def visitor(request: HttpRequest) -> Actor | None:
    """Who asks on a page for everybody; None for somebody not signed in."""
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    return who


def _page(request: HttpRequest, mandate: MandateView | None, *, held: bool) -> Page:
    who: Actor | None = request.actor  # type: ignore[attr-defined]
    demonstration = content_in_force().demonstration
    looks = looks_of(request)
    page = Page(
        city_name=settings.TONGBAN_CITY,
        demonstration=demonstration,
        city_now=clock.now() if demonstration else None,
        days_ahead=clock.offset().days,
        clock_url=reverse("public:clock") if demonstration and who else "",
        ledger_url=reverse("public:trust"),
        scoreboard_url=reverse("public:scoreboard"),
        catalogue_url=reverse("public:catalogue"),
        developer_url=reverse("developer:home"),
        signed_in_name=_name(request, who) if who else "",
        sign_in_url=reverse("public:sign-in"),
        sign_out_url=reverse("public:sign-out"),
        account_url=reverse("public:account") if who else "",
        home_url=reverse("public:home"),
        my_url=(reverse("counter:home") if who.kind == "officer" else reverse("citizen:home")) if who else "",
        verify_url=reverse("public:verify"),
        session_seconds=settings.SESSION_COOKIE_AGE if who else 0,
        session_warning=min(120, settings.SESSION_COOKIE_AGE // 6),
        stay_url=reverse("public:stay") if who else "",
        session_left=session_left(request) if who else 0,
        session_hours=settings.SESSION_LONGEST // 3600,
        session_closing=min(600, settings.SESSION_LONGEST // 6),
        staff=bool(who and who.kind == "officer"),
        size=looks.size,
        scheme=looks.scheme,
        looks_url=reverse("public:appearance"),
        held=held,
    )
    return _page_of_agent(page, mandate) if mandate else page


def _page_of_agent(page: Page, mandate: MandateView) -> Page:
    """The page says on every line of its header for whom the visitor acts."""
    titles = titles_of([mandate.matter]) if mandate.matter else {}
    return replace(
        page,
        acting_for=mandate.principal_name,
        acting_matter=titles.get(mandate.matter, mandate.matter),
        acting_until=mandate.ends_on,
        stop_acting_url=reverse("citizen:stop-acting"),
    )


def _name(request: HttpRequest, who: Actor) -> str:
    officer = getattr(request.user, "officer", None)
    return f"{who.name} · {get_agency(officer.agency_id).short_name}" if officer else who.name
