"""Bodies of requests, read whole before anybody works on them: who sends slowly must not hold the threads of others.

The server has few threads, and waiting for bytes blocks one; a wait cannot be broken off, only ended when some come. So
only a few threads at once may read bodies, and who is too slow is sent away. The gateway and the pages count apart, and
the gateway reads the body only of a caller whom it knows. A proxy in front that buffers bodies makes all of it moot.
"""

import time
from collections.abc import Iterable, Mapping
from io import BytesIO
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

#: Threads that may read bodies at once; the server has four.
READERS = 2
#: How long a request waits to be read, and what a slow body may take beside what its length takes, in seconds.
TURN_S, PATIENCE_S = 0.25, 10.0
#: The slowest line that whole bodies are awaited from, bytes a second.
BYTES_A_SECOND = 64 * 1024
#: What a form with its files may weigh; single files have limits of their own.
FORM_MAX = 64 * 1024 * 1024
_IN_MEMORY = 1024 * 1024
#: A body is read in that many pieces at least, so that there are moments to look at the clock.
_PIECES, _PIECE = 64, 64 * 1024


class BodyError(Exception):
    """A body that did not come, or is too much: a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Bodies:
    """Reads bodies, a few at once."""

    def __init__(self, *, limit: int, readers: int = READERS) -> None:
        self.limit = limit
        self._turn = BoundedSemaphore(readers)

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
        if not self._turn.acquire(timeout=TURN_S):
            raise BodyError(503, "等候上传的请求太多，请稍后重发。")
        try:
            body, came = self._copied(environ["wsgi.input"], awaited)
        finally:
            self._turn.release()
        if came != awaited if announced else not came:
            raise BodyError(400, "正文没有完整收到，请重发。")
        return body

    def _copied(self, stream: Any, awaited: int) -> tuple[IO[bytes], int]:
        ends = time.monotonic() + PATIENCE_S + awaited / BYTES_A_SECOND
        body: IO[bytes] = BytesIO() if awaited <= _IN_MEMORY else TemporaryFile()  # noqa: SIM115 - handed on open
        came, size = 0, min(_PIECE, awaited // _PIECES + 1)
        while piece := stream.read(size):
            came += body.write(piece)
            if came > self.limit:
                raise self._too_much()
            if time.monotonic() > ends:
                raise BodyError(408, "正文到得太慢，没有等到，请重发。")
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
    bodies = Bodies(limit=FORM_MAX)

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
