"""The bare handler that the gateway is compared with: one row by its key, as JSON; or all rows by COPY."""

import json
import os
import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg

_here = threading.local()
_COPY = "copy (select to_json(r) from (select certificate_no, address, area, use from register.real_estate) r) to stdout"


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with four columns of the row that the query string names."""
    if not hasattr(_here, "link"):
        _here.link = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    if environ["PATH_INFO"] == "/copy":
        start_response("200 OK", [("content-type", "application/x-ndjson")])
        return _copied()
    row = _here.link.execute(
        "select address, area::text, use, sealed from register.real_estate where certificate_no = %s",
        [environ["QUERY_STRING"]],
        prepare=True,
    ).fetchone()
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps(row, ensure_ascii=False).encode()]


def _copied() -> Iterable[bytes]:
    """Four columns of all rows by COPY, one JSON object a line, in pieces of a megabyte."""
    pieces: list[bytes] = []
    size = 0
    with (
        _here.link.cursor() as cursor,
        cursor.copy(_COPY) as copy,
    ):
        for piece in copy:
            pieces.append(bytes(piece))
            size += len(piece)
            if size > 1 << 20:
                yield b"".join(pieces)
                pieces, size = [], 0
    yield b"".join(pieces)
