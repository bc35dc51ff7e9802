"""The sandbox clients of a session: what was opened in this browser is listed in it, and nowhere else."""

from datetime import timedelta

from django.http import HttpRequest

from tongban.exchange.api import Opened, SandboxClient, open_sandbox, sandbox_clients
from tongban.portals.design.limits import Limit, address_of, spend

_HELD = "sandbox_clients"
#: As many as a page lists; older ones go on working and are not listed any more.
LISTED_MAX = 10
#: Keys that one address may open: many developers sit behind one address.
OPENING = Limit("sandbox-key", 30, timedelta(hours=1))
#: Tries of the form, which has no key of its own to count by.
TRYING = Limit("sandbox-try", 60, timedelta(minutes=1))


def mine(request: HttpRequest) -> list[SandboxClient]:
    """The clients opened in this session whose key is not over, the newest first."""
    held = request.session.get(_HELD, [])
    return sandbox_clients(held) if held else []


def open_client(request: HttpRequest, *, how: str, suite: str = "", public: bytes = b"") -> Opened:
    """A new client for this session.

    Raises:
        TooMany: this address opened too many in an hour.
        BadInput: no such way.
    """
    spend(OPENING, address_of(request))
    opened = open_sandbox(how=how, suite=suite, public=public)
    request.session[_HELD] = [opened.client, *request.session.get(_HELD, [])][:LISTED_MAX]
    return opened


def is_mine(request: HttpRequest, client: str) -> bool:
    """Whether this session opened the client."""
    return client in request.session.get(_HELD, [])
