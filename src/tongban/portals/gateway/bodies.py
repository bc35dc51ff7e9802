"""Bodies of requests, read whole before anybody works on them: who sends slowly must not hold the threads of others.

The server has few threads, and waiting for bytes blocks one. So only some may read bodies at once, one address has only
some of these places, who is too slow is sent away, and the connection of one who falls silent is ended. The gateway and
the pages count apart, and the gateway reads the body only of a caller whom it knows. A proxy in front that reads bodies
whole makes all of it moot.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from tongban.portals.design.limits import outer_address
from tongban.portals.gateway import silence

#: Bodies that are read at once, of the threads that serve; and of one address.
READERS = max(2, settings.TONGBAN_WEB_THREADS * 3 // 8)
OF_ONE_ADDRESS = READERS // 2
#: How long a request waits to be read, and what a slow body may take beside what its length takes, in seconds.
TURN_S, PATIENCE_S = 0.5, 10.0
#: The slowest line that whole bodies are awaited from, bytes a second.
BYTES_A_SECOND = 64 * 1024
#: What a form with its files may weigh; single files have limits of their own.
FORM_MAX = 64 * 1024 * 1024
_IN_MEMORY = 1024 * 1024
#: A body is read in that many pieces at least, so that there are moments to look at the clock.
_PIECES, _PIECE = 64, 64 * 1024
_TOO_SLOW = "正文到得太慢，没有等到，请重发。"


class BodyError(Exception):
    """A body that did not come, or is too much: a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Bodies:
    """Reads bodies, a few at once; `of_one_address`: so many of them for one address (0: any)."""

    def __init__(self, *, limit: int, readers: int = READERS, of_one_address: int = 0) -> None:
        self.limit = limit
        self._readers, self._of_one_address = readers, of_one_address
        self._free, self._reading = threading.Condition(), Counter[str]()

    def read(self, environ: Mapping[str, Any]) -> IO[bytes]:
        """The body of a request, complete, at its beginning.

        Raises:
            BodyError: more than the limit (413), less than announced (400), too slow (408), too many at once (503).
        """
        if not has_body(environ):
            return BytesIO()
        announced = environ.get("CONTENT_LENGTH", "")
        if announced and not (announced.isascii() and announced.isdigit()):
            raise BodyError(400, "Content-Length 应为字节数。")
        awaited = int(announced or self.limit)
        if awaited > self.limit:
            raise self._too_much()
        address, port = str(environ.get("REMOTE_ADDR", "")), int(environ.get("SERVER_PORT", 0))
        with self._turn(environ), silence.awaited(address, port) as watched:
            body, came = self._copied(environ["wsgi.input"], awaited, watched)
        if watched.is_ended:
            raise BodyError(408, _TOO_SLOW)
        if came != awaited if announced else not came:
            raise BodyError(400, "正文没有完整收到，请重发。")
        return body

    @contextmanager
    def _turn(self, environ: Mapping[str, Any]) -> Iterator[None]:
        """A place to read at, given back at the end.

        Raises:
            BodyError: none was free for a while (503).
        """
        remote = str(environ.get("REMOTE_ADDR", ""))
        address = outer_address(environ.get("HTTP_X_FORWARDED_FOR", ""), remote)
        most = self._of_one_address or self._readers

        def is_free() -> bool:
            return self._reading.total() < self._readers and self._reading[address] < most

        with self._free:
            if not self._free.wait_for(is_free, TURN_S):
                raise BodyError(503, "等候上传的请求太多，请稍后重发。")
            self._reading[address] += 1
        try:
            yield
        finally:
            with self._free:
                self._reading[address] -= 1
                if not self._reading[address]:
                    del self._reading[address]
                self._free.notify_all()

    def _copied(self, stream: Any, awaited: int, watched: silence.Awaited) -> tuple[IO[bytes], int]:
        ends = time.monotonic() + PATIENCE_S + awaited / BYTES_A_SECOND
        body: IO[bytes] = BytesIO() if awaited <= _IN_MEMORY else TemporaryFile()  # noqa: SIM115 - handed on open
        came, size = 0, min(_PIECE, awaited // _PIECES + 1)
        while piece := stream.read(size):
            came += body.write(piece)
            if came > self.limit:
                raise self._too_much()
            watched.came_at = time.monotonic()
            if watched.came_at > ends:
                raise BodyError(408, _TOO_SLOW)
        body.seek(0)
        return body, came

    def _too_much(self) -> BodyError:
        shown = f"{self.limit // 1024 // 1024} MB" if self.limit >= _IN_MEMORY else f"{self.limit // 1024} KB"
        return BodyError(413, f"正文最多 {shown}。")


def has_body(environ: Mapping[str, Any]) -> bool:
    """Whether a request of HTTP/1 announces a body."""
    return environ.get("CONTENT_LENGTH", "") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ


def with_whole_bodies(pages: WSGIApplication) -> WSGIApplication:
    """Hand requests to `pages` with their bodies whole, and of known length."""
    bodies = Bodies(limit=FORM_MAX, of_one_address=OF_ONE_ADDRESS)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not has_body(environ):
            return pages(environ, start_response)
        try:
            body = bodies.read(environ)
        except BodyError as error:
            return _refused(error, start_response)
        length = body.seek(0, 2)
        body.seek(0)
        with body:
            return pages({**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}, start_response)

    return application


def _refused(error: BodyError, start_response: StartResponse) -> Iterable[bytes]:
    sentence = f"{error}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(sentence))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if error.status == 503:
        headers.append(("Retry-After", "3"))
    start_response(f"{error.status} {_PHRASES[error.status]}", headers)
    return [sentence]


_PHRASES = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    503: "Service Unavailable",
}
