"""One HTTP question to a source outside: bounded in time and size, to a checked address, never redirected.

The pool belongs to the process. No proxy, no cookie, no compression (nothing unfolds to more than was counted).
"""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore2
from django.conf import settings

from tongban.exchange.ports import SourceDown
from tongban.exchange.upstream.addresses import allowed_address, routed

CONNECTIONS_MAX = 16
IDLE_S = 15.0
_REDIRECTS = range(300, 400)
#: The source says that this question cannot be taken: the question is at fault, and the source is well.
_NOT_TAKEN = {400, 404, 409, 410, 422}
_call = threading.local()


@dataclass(frozen=True)
class Message:
    """What is sent, and what bounds the answer: seconds to connect and for the whole, bytes."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes
    connect_s: float
    whole_s: float
    size_max: int


def exchange(message: Message, *, none_status: int | None = None) -> bytes | None:
    """The JSON text that answers; None where the status says that there is no such record.

    Raises:
        SourceDown: anything else; `fault` says what.
    """
    address = routed(message.address)
    _call.until = time.monotonic() + message.whole_s
    timeouts = {"connect": message.connect_s, "read": message.whole_s, "write": message.whole_s, "pool": 0.5}
    pool = _pool(plain=address.startswith("http:"))
    with (
        _faults(),
        pool.stream(
            message.method,
            address,
            headers=list(message.headers.items()),
            content=message.body or None,
            extensions={"timeout": timeouts},
        ) as response,
    ):
        if response.status == none_status:
            return None
        _check_head(response, message.size_max)
        return b"".join(_counted(response.iter_stream(), message.size_max))


def _check_head(response: httpcore2.Response, size_max: int) -> None:
    if response.status in _REDIRECTS:
        raise SourceDown("it points elsewhere", fault="redirected")
    if response.status in _NOT_TAKEN:
        raise SourceDown("it does not take the question", fault="refused", blames=False)
    if response.status != 200:
        raise SourceDown(f"its status is {response.status}", fault="status")
    headers = {bytes(name).lower(): bytes(value) for name, value in response.headers}
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json" and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
        raise SourceDown("it is no JSON", fault="type")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise SourceDown("it is compressed, which nobody asked for", fault="type")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > size_max:
        raise SourceDown("it is too large", fault="too-large")


def _counted(pieces: Iterable[bytes], size_max: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > size_max:
            raise SourceDown("it is too large", fault="too-large")
        yield piece


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
        raise SourceDown("no connection", fault="unreachable") from error
    except httpcore2.TimeoutException as error:
        raise SourceDown("no answer in time", fault="timeout") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise SourceDown("the answer was cut off", fault="cut") from error


class _Stream(httpcore2.NetworkStream):
    """A connection that reads and writes until the end of the call at hand, however often something arrives."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Checked(httpcore2.NetworkBackend):
    """Connects to addresses that were looked at, and to nothing else."""

    def __init__(self, *, plain: bool) -> None:
        self._plain, self._inner = plain, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, httpcore2.ConnectTimeout)
        address = allowed_address(host, port, within_s=left, listed_only=self._plain)
        left = _left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(address, port, left, local_address, socket_options))


def _left(timeout: float | None, late: type[Exception]) -> float:
    left = float(_call.until) - time.monotonic()
    if left <= 0:
        raise late("the call has used up its time")
    return left if timeout is None else min(timeout, left)


@lru_cache(2)
def _pool(*, plain: bool) -> httpcore2.ConnectionPool:
    authorities = settings.TONGBAN_UPSTREAM_AUTHORITIES or None
    return httpcore2.ConnectionPool(
        ssl_context=ssl.create_default_context(cafile=authorities),
        max_connections=CONNECTIONS_MAX,
        keepalive_expiry=IDLE_S,
        network_backend=_Checked(plain=plain),
    )
