"""Reading a log over HTTP, for a checker: nothing of it is believed unchecked, and a token goes nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpx2

from tongban.kernel.errors import BadInput
from tongban.ledger.offline import Fetch

TIMEOUT_S = 20.0
#: 256 entries of the largest size, each after its length.
ANSWER_BYTES_MAX = 256 * (2 + 65_535)
_REDIRECTS_MAX = 3
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@contextmanager
def remote_log(address: str, *, token: str = "") -> Iterator[Fetch]:
    """A `Fetch` over the log whose prefix is `address`.

    Redirects are followed on the same host only, and never from https to http.

    Raises:
        BadInput: plain http to another machine, an address that is none, or a server that does not answer as one of
            a log does: nothing is said about the log then.
    """
    prefix = urlsplit(address)
    if not prefix.hostname or (prefix.scheme == "http" and prefix.hostname not in _LOOPBACK):
        raise BadInput("a log on another machine is read by https; http is for this machine only.")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = httpx2.Timeout(TIMEOUT_S)
    with httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=True, headers=headers) as client:

        def fetch(path: str) -> bytes:
            if path == "witnessed":
                raise FileNotFoundError(path)  # a server gives the witnessed head as its checkpoint
            where = f"{address.rstrip('/')}/{path}"
            for _ in range(1 + _REDIRECTS_MAX):
                status, next_place, data = _get(client, where)
                if status == 200:
                    return data
                if not next_place:
                    raise _trouble(status, path)
                where = _followed(where, next_place)
            raise BadInput(f"{path} is redirected without end.")

        yield fetch


def _get(client: httpx2.Client, where: str) -> tuple[int, str, bytes]:
    try:
        with client.stream("GET", where) as answer:
            data = b""
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > ANSWER_BYTES_MAX:
                    raise BadInput(f"{where} answers with more than a file of a log holds.")
            place = answer.headers.get("location", "") if answer.is_redirect else ""
            return answer.status_code, place, data
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise BadInput(f"{where} does not answer ({type(error).__name__}).") from error


def _followed(where: str, place: str) -> str:
    before, after = urlsplit(where), urlsplit(urljoin(where, place))
    upgraded = (before.scheme, after.scheme) == ("http", "https")
    if before.hostname != after.hostname or not (upgraded or before.scheme == after.scheme):
        raise BadInput(
            f"{where} redirects to another host or away from https; name the right address yourself."
        )
    return after.geturl()


def _trouble(status: int, path: str) -> OSError | BadInput:
    if status in {401, 403}:
        return PermissionError(f"{path} needs a token (status {status})")
    if status in {404, 410}:
        return FileNotFoundError(path)
    return BadInput(f"the server answers {status} for {path}.")
