"""Part of `tongban bench exchange`: how fast a million changes are followed, beside a bare COPY of the same rows.

Both go over HTTP through the same server program on one worker, one after the other, to one reader that hashes what it
gets. The bare side streams `COPY (select to_json …) TO STDOUT` of the same four columns; the feed gives signed pages of
ten thousand changes, each asked with a signature of its own, under its grant, and journalled.
"""

import hashlib
import http.client
import shutil
import time
from base64 import b64encode
from collections.abc import Callable

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from _caller import CLIENT, register, signed
from _servers import bare, prepare, serving, working
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-feed"
PATH = "/r1/LC/GOV/lanchuan.land/data/real-estate/changes"
ROWS, PAGE = 1_000_000, 10_000
ITEMS = "{certificate_no,address,area,use}"


def run() -> list[Metric]:
    """Measure it three times each, in turn, and take the medians; about two minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        server.start()
        prepare(HOME)
        _seed(server, key)
        with working(HOME), bare(HOME, server.address()) as plain, serving(HOME) as port:
            _wait_until_placed(server)
            copied, followed = [], []
            for _ in range(3):
                copied.append(_timed(lambda: _copy(plain)))
                followed.append(_timed(lambda: _follow(port, key)))
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    copy_s, feed_s = sorted(copied)[1], sorted(followed)[1]
    return [
        Metric(
            "feed_over_copy",
            copy_s / feed_s,
            "ratio",
            baseline=ROWS / copy_s,
            goal=0.5,
            better="at least",
        )
    ]


def _seed(server: PrivatePostgres, key: ec.EllipticCurvePrivateKey) -> None:
    with psycopg.connect(server.address(), autocommit=True) as link:
        register(link, key)
        link.execute(
            "insert into exchange_grant (code, consumer, subsystem, resource, items, purpose, cites, case_kinds, forms,"
            " valid_from, suspended, window_days, represented, version, source) values ('bench', 'lanchuan.fire', %s,"
            " 'real-estate', %s, '底数', '[{\"law\": \"消防法\", \"article\": \"第十五条\"}]', '{}', '{batch}', '2026-01-01', '{}',"
            " '{}', '{}', 1, 'bench')",
            [CLIENT, ITEMS],
        )
        link.execute("delete from register.real_estate")
        link.execute("delete from registers_pending_change")
        link.execute(
            "insert into register.real_estate (certificate_no, unit_no, owner, address, use, area, mortgaged, sealed,"
            " row_source, recorded_at) select 'B' || n, n::text, '示例公司', '示例路 ' || n || ' 号', '商业', n %% 500 + 20,"
            " false, false, 'bench', '2026-01-01' from generate_series(1, %s::int) n",
            [ROWS],
        )
        link.execute("vacuum analyze register.real_estate")


def _wait_until_placed(server: PrivatePostgres) -> None:
    with psycopg.connect(server.address(), autocommit=True) as link:
        deadline = time.monotonic() + 300
        while link.execute("select exists (select from registers_pending_change)").fetchone() != (False,):
            assert time.monotonic() < deadline, "the worker placed nothing"
            time.sleep(0.2)
        (placed,) = link.execute(
            "select count(*) from registers_change where register = 'real-estate'"
        ).fetchone() or (0,)
        assert placed >= ROWS, placed
        link.execute("vacuum analyze registers_change")


# -- asking ------------------------------------------------------------------------------------


def _copy(port: int) -> int:
    """Rows of the bare COPY."""
    link = http.client.HTTPConnection("localhost", port, timeout=120)
    link.request("GET", "/copy")
    answer, digest, rows = link.getresponse(), hashlib.sha256(), 0
    while piece := answer.read(1 << 20):
        digest.update(piece)
        rows += piece.count(b"\n")
    link.close()
    return rows


def _follow(port: int, key: ec.EllipticCurvePrivateKey) -> int:
    """Rows of the feed, page after page, each body held against its signed digest."""
    link, cursor, rows = http.client.HTTPConnection("localhost", port, timeout=120), "", 0
    while True:
        query = f"limit={PAGE}&cursor={cursor}" if cursor else f"limit={PAGE}"
        link.request("GET", f"{PATH}?{query}", headers=signed(f"localhost:{port}", key, PATH, query))
        answer = link.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        digest = b64encode(hashlib.sha256(body).digest()).decode()
        assert answer.headers["content-digest"] == f"sha-256=:{digest}:"
        rows += body.count(b"\n")
        cursor = answer.headers["tongban-cursor"]
        if answer.headers["tongban-more"] == "false":
            link.close()
            return rows


def _timed(act: Callable[[], int]) -> float:
    begun = time.perf_counter()
    rows = act()
    assert rows >= ROWS, rows
    return time.perf_counter() - begun
