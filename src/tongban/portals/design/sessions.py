"""Sessions that end when nobody is there, and forms that outlive them.

A session ends after the idle time of the settings, and at the latest after its longest time. A form sent after that is
held, for the same account alone and once: after signing in again its page shows what was typed.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, QueryDict

from tongban.kernel import clock

Answer = Callable[[HttpRequest], HttpResponse]

#: When the account of this session signed in (seconds).
ENTERED = "entered_at"
_BEGAN, _SEEN, _HELD = "began_at", "seen_at", "held_form"
#: What is longer is not held: a session is not a store.
HELD_CHARACTERS_MAX = 60_000
#: Never written down: what proves who one is, and what belongs to the old session.
_NOT_HELD = {"csrfmiddlewaretoken", "password", "code", "answer"}


def session_goes_on(get_response: Answer) -> Answer:
    """A request of somebody signed in puts off the idle end; written down at most once in a tenth of the idle time."""

    def answer(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and session_left(request) <= 0:
            _end(request)
        if SESSION_KEY in request.session:
            now = int(clock.real_now().timestamp())
            if now - request.session.get(_SEEN, 0) > min(60, settings.SESSION_COOKIE_AGE // 10):
                request.session[_SEEN] = now
        return get_response(request)

    return answer


def session_left(request: HttpRequest) -> int:
    """Seconds until this session ends whatever happens; counted from signing in."""
    now = int(clock.real_now().timestamp())
    began = request.session.get(ENTERED) or request.session.setdefault(_BEGAN, now)
    return int(began) + int(settings.SESSION_LONGEST) - now


def _end(request: HttpRequest) -> None:
    """Go on as nobody. The row stays until it is cleared, so that a form sent too late is known to be whose."""
    ended = request.session
    Session.objects.filter(pk=ended.session_key).update(expire_date=clock.real_now())
    request.session = type(ended)()


def put_off(request: HttpRequest) -> None:
    """The end of this session is a whole idle time away again, whatever was written before."""
    request.session[_SEEN] = int(clock.real_now().timestamp())


def hold(request: HttpRequest, page: str) -> None:
    """Keep the form just sent for the page that held it, if a session of somebody has ended here."""
    whose = _whose(request)
    form = [
        (name, value) for name, values in request.POST.lists() for value in values if name not in _NOT_HELD
    ]
    if whose and form and len(text := urlencode(form)) <= HELD_CHARACTERS_MAX:
        request.session[_HELD] = {"whose": whose, "page": page, "form": text}


def held(request: HttpRequest) -> QueryDict | None:
    """What was typed into this page before the session ended; once, and only for who typed it."""
    kept = request.session.get(_HELD)
    if not kept or SESSION_KEY not in request.session:
        return None
    if kept["whose"] != request.session[SESSION_KEY]:
        del request.session[_HELD]
        return None
    if request.method != "GET" or kept["page"] != request.path:
        return None
    del request.session[_HELD]
    return QueryDict(kept["form"])


def _whose(request: HttpRequest) -> str:
    """Whose session the cookie named: an ended one lies in the table until it is cleared, a closed one does not."""
    row = Session.objects.filter(pk=request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")).first()
    return str(row.get_decoded().get(SESSION_KEY, "")) if row else ""
