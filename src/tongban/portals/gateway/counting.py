"""Who calls the gateway, counted; and the share of it that each caller has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from wsgiref.types import WSGIEnvironment

from tongban.exchange.api import ANSWERED, LIMITED, REFUSED, UNKNOWN, Caller, count, owner_of, share

#: Whose key a call showed: a name in the environ that no header can take.
_OWNER = "tongban.owner"
_OVER = {429, 503}


@contextmanager
def counted_share(environ: WSGIEnvironment, caller: Caller) -> Iterator[None]:
    """A block in which the subsystem whose key was shown uses a thread and a call of its share.

    Who shows a key that nobody registered has a share as the name that it gives, and is counted as unknown.

    Raises:
        OverShare: it has used its share up.
    """
    environ[_OWNER] = owner_of(caller.key)
    with share(environ[_OWNER] or f"unknown:{caller.client}"):
        yield


def count_call(environ: WSGIEnvironment, status: int, headers: Sequence[tuple[str, str]]) -> None:
    """Count the call of a known system under its name; a refusal of a caller that nobody knows under its error."""
    owner, error = environ.get(_OWNER, ""), dict(headers).get("x-road-error", "")
    if owner:
        count(LIMITED if status in _OVER else REFUSED if error else ANSWERED, owner)
    elif error:
        count(UNKNOWN, error)
