"""The logs over HTTP, as C2SP tlog-tiles says: checkpoint, hash tiles, entry bundles.

Tiles and bundles never change, so caches may keep them for ever; the checkpoint only for moments. Everything is open
but the entry bundles of `acts`, which need a token.
"""

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import Error, connection

from tongban.kernel.errors import NotAllowed, NotFound, Problem, Unavailable
from tongban.ledger.api import (
    LogFolder,
    Tile,
    find_token,
    log_folder,
    note_refused,
    read_tile_path,
    served_head,
    size_of,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Which paths are ours; what is wrong after that is answered here, not by a page.
_OURS = re.compile(r"/ledger/(?P<origin>acts|public)/(?P<path>checkpoint|tile(?:/.*)?)", re.DOTALL)
CHECKPOINT_SECONDS = 2
_IMMUTABLE = "max-age=31536000, immutable"
_GZIP_LEVEL = 6
_PHRASES = {
    200: "OK",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}
Headers = list[tuple[str, str]]


class NoToken(Problem):
    """The caller showed no token, or none of ours."""

    status = 401


@dataclass(frozen=True)
class Answer:
    """What goes back: body and headers beside its length."""

    body: bytes
    headers: Headers = field(default_factory=list)
    status: int = 200


def with_ledger(pages: "WSGIApplication") -> "WSGIApplication":
    """Serve the logs here and everything else by `pages`."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        match = _OURS.fullmatch(environ.get("PATH_INFO", ""))
        if not match:
            return pages(environ, start_response)
        answer = _answer(environ, match["origin"], match["path"])
        headers = [
            *answer.headers,
            ("Content-Length", str(len(answer.body))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{answer.status} {_PHRASES[answer.status]}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    return application


def _answer(environ: "WSGIEnvironment", origin: str, path: str) -> Answer:
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        sentence = "The ledger is only read: use GET."
        return _sentence(405, sentence, [("Allow", "GET, HEAD")])
    try:
        folder = log_folder(origin)
        if path == "checkpoint":
            return _checkpoint(origin)
        return _tile(environ, origin, path, folder)
    except NoToken as problem:
        return _sentence(401, str(problem), [("WWW-Authenticate", 'Bearer realm="tongban ledger"')])
    except Problem as problem:
        return _sentence(problem.status, str(problem), [])


def _sentence(status: int, sentence: str, headers: Headers) -> Answer:
    """A refusal is never kept by a cache: the log grows, and tokens come and go."""
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Answer(f"{sentence}\n".encode(), [kind, ("Cache-Control", "no-store"), *headers], status)


def _checkpoint(origin: str) -> Answer:
    note, _size = _served(origin)
    return Answer(
        note,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", f"public, max-age={CHECKPOINT_SECONDS}"),
        ],
    )


def _served(origin: str) -> tuple[bytes, int]:
    try:
        note = served_head(origin)
        size = size_of(note) if note else 0
    except (OSError, ValueError) as error:
        raise Unavailable("The checkpoint of this log cannot be read; its operator has to look.") from error
    if not note:
        raise NotFound("This log has no checkpoint yet: nothing has been recorded in it.")
    return note, size


def _tile(environ: "WSGIEnvironment", origin: str, path: str, folder: LogFolder) -> Answer:
    tile = read_tile_path(path)
    if tile is None:
        raise NotFound("This is not the path of a tile; see c2sp.org/tlog-tiles for how they are written.")
    secret = tile.is_bundle and origin == "acts"
    if secret:
        _check_token(environ.get("HTTP_AUTHORIZATION", ""))
    _note, size = _served(origin)
    if not tile.is_within(size):
        raise NotFound(f"The log has no such tile: its checkpoint names {size} entries.")
    body = _body(folder, tile)
    shared = "private" if secret else "public"
    headers = [("Content-Type", "application/octet-stream"), ("Cache-Control", f"{shared}, {_IMMUTABLE}")]
    if tile.is_bundle:
        headers.append(("Vary", "Accept-Encoding, Authorization" if secret else "Accept-Encoding"))
        if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
    return Answer(body, headers)


def _body(folder: LogFolder, tile: Tile) -> bytes:
    """The file's bytes, exactly as long as they must be: what a cache keeps for ever must not be half a file."""
    try:
        data = folder.fetch(tile.path)
        whole = tile.cut_from(data)
    except (OSError, ValueError):
        whole, data = b"", b"?"
    if whole != data:
        raise Unavailable(
            f"The file {tile.path} of this log is damaged or missing; its operator has to look."
        )
    return whole


def _check_token(shown: str) -> None:
    scheme, _, secret = shown.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NoToken(
            "The entries of this log are read with a token (Authorization: Bearer ...); its operator issues them. "
            "Checkpoint and hash tiles are open to all."
        )
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        token = find_token(secret.strip())
        if token and not token.is_valid:
            note_refused(token.number)
    except Error as error:
        connection.close()
        raise Unavailable(
            "Tokens cannot be checked now, the database does not answer; checkpoint and hash tiles are still served."
        ) from error
    if token is None:
        raise NoToken("This token is not known here; ask the operator of the log for one.")
    if token.revoked_at is not None:
        raise NotAllowed("This token was revoked; ask the operator of the log for another one.")
    if not token.is_valid:
        raise NotAllowed(
            f"This token was valid until {token.until}; ask the operator of the log for a new one."
        )


def _takes_gzip(accepted: str) -> bool:
    for offer in accepted.split(","):
        coding, _, rest = offer.partition(";")
        if coding.strip().lower() == "gzip":
            return not re.fullmatch(r"\s*q=0(?:\.0{0,3})?\s*", rest)
    return False
