"""Acting for somebody in this session: the session keeps the mandate's id, each request asks whether it still holds."""

from uuid import UUID

from django.http import HttpRequest

from tongban.identity.api import MandateView, acting_for
from tongban.journal.api import Actor
from tongban.kernel.errors import NotAllowed

_KEY = "acting_for"


def begin_acting(request: HttpRequest, mandate: UUID, *, by: Actor) -> MandateView:
    """From now on this session acts under the mandate.

    Raises:
        NotAllowed: the mandate is not in force, or not given to whoever asks.
    """
    _who, view = acting_for(mandate, by=by)
    request.session[_KEY] = str(view.id)
    return view


def stop_acting(request: HttpRequest) -> None:
    """Whoever is signed in is himself again."""
    request.session.pop(_KEY, None)


def as_agent(request: HttpRequest, who: Actor) -> tuple[Actor, MandateView | None]:
    """Who asks: as somebody's agent if this session acts for one. One query then, none otherwise.

    Raises:
        NotAllowed: the mandate has ended meanwhile; the session is his own again, and nothing was done for anybody.
    """
    held = request.session.get(_KEY)
    if held is None or who.kind != "person":
        return who, None
    try:
        return acting_for(UUID(held), by=who)
    except NotAllowed:
        stop_acting(request)
        raise
