"""The bare handler that the gateway is compared with: one row by its key, as JSON."""

import json
import os
import threading
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg

_here = threading.local()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with four columns of the row that the query string names."""
    if not hasattr(_here, "link"):
        _here.link = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    row = _here.link.execute(
        "select address, area::text, use, sealed from register.real_estate where certificate_no = %s",
        [environ["QUERY_STRING"]],
        prepare=True,
    ).fetchone()
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps(row, ensure_ascii=False).encode()]
