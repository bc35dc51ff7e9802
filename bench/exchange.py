"""`tongban bench exchange`: what it costs to answer under law, beside a bare handler that does the same SELECT.

Both are asked by `wrk` over HTTP with sixteen kept connections, on one granian worker with sixteen threads, over the same
database; the worker (drainer and sequencer) runs. Each governed call is signed beforehand with a key of its own time.
A call verifies the signature, notes the nonce, checks key, grant, stop and case, reads one row, journals, and signs.
"""

import os
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

import _catalogue
import _feed
import _killed
from _caller import CLIENT, register, signed
from _servers import bare, environment, free_port, prepare, serving, tongban, working
from tongban.kernel.errors import Misconfigured
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-exchange"
CASE = "9901990001"
PATH = "/r1/LC/GOV/lanchuan.land/data/real-estate"
SECONDS, CONNECTIONS, SIGNED = 6, 16, 40_000
ROWS_FEW, ROWS_MANY = 10_000, 10_000_000
GRANTS_MANY = 10_000
#: The web server is killed so many times while calls run, each time after so many answers at least.
KILLS, ANSWERS_BETWEEN_KILLS = 3, 500


def run() -> list[Metric]:
    """Measure all of it; about six minutes, most of them the ten million rows."""
    if not shutil.which("wrk"):
        raise Misconfigured("This benchmark needs the program wrk: apt-get install wrk")
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        key = ec.generate_private_key(ec.SECP256R1())
        _seed(server, key)
        with working(HOME), bare(HOME, server.address()) as simple, serving(HOME) as port:
            plain = _ask(simple, key, governed=False)
            few = _ask(port, key)
            lost = _lost(server)
            _add_grants(server)
            granted = _ask(port, key)
            _add_rows(server, ROWS_MANY)
            plain_again = _ask(simple, key, governed=False)
            many = _ask(port, key)
        with working(HOME):
            lost += _lost_by_kills(server, key)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Metric(
            "governed_over_bare_rps",
            few[0] / plain[0],
            "ratio",
            baseline=plain[0],
            goal=0.25,
            better="at least",
        ),
        Metric("governed_over_bare_p99", few[1] / plain[1], "ratio", baseline=plain[1], goal=5),
        Metric("grants_flat", few[0] / granted[0], "ratio", baseline=few[0], goal=1.1),
        Metric(
            "rows_flat",
            (granted[0] / plain[0]) / (many[0] / plain_again[0]),
            "ratio",
            baseline=granted[0],
            goal=1.1,
        ),
        Metric("lost_journal_rows", lost, "rows", goal=0),
        *_catalogue.run(),
        *_feed.run(),
    ]


# -- the data ----------------------------------------------------------------------------------


def _seed(server: PrivatePostgres, key: ec.EllipticCurvePrivateKey) -> None:
    with psycopg.connect(server.address()) as link:
        register(link, key)
        link.execute(
            "insert into exchange_case_ref (number, kinds, subjects, numbers, state)"
            " select %s, '{fire-check}', array[id], array[]::bytea[], 'open' from identity_person order by id limit 1",
            [CASE],
        )
        _grant(link, "bench", CLIENT, "real-estate")
    _add_rows(server, ROWS_FEW)


def _grant(link: "psycopg.Connection[tuple[object, ...]]", code: str, subsystem: str, resource: str) -> None:
    link.execute(
        "insert into exchange_grant (code, consumer, subsystem, resource, items, suspended, purpose, cites, case_kinds, valid_from,"
        " window_days, represented, version, source) values (%s, 'lanchuan.fire', %s, %s, '{address,area,use,sealed}', '{}', '核对场所',"
        " '[{\"law\": \"消防法\", \"article\": \"第十五条\"}]', '{fire-check}', '2026-01-01', '{}', '{}', 1, 'bench')",
        [code, subsystem, resource],
    )


def _add_grants(server: PrivatePostgres) -> None:
    """Many grants, half of them of the same caller on other resources, half of others on the same."""
    with psycopg.connect(server.address()) as link:
        for n in range(GRANTS_MANY):
            mine = n % 2 == 0
            _grant(
                link,
                f"bench-{n}",
                CLIENT if mine else f"GOV/other/{n}",
                f"resource-{n}" if mine else "real-estate",
            )
    with psycopg.connect(server.address(), autocommit=True) as link:
        link.execute("vacuum analyze exchange_grant")


def _add_rows(server: PrivatePostgres, rows: int) -> None:
    with psycopg.connect(server.address(), autocommit=True) as link:
        link.execute(
            "set session_replication_role = replica"
        )  # no feed follows them, so no change waits for a place
        link.execute(
            "insert into register.real_estate (certificate_no, unit_no, owner, address, use, area, mortgaged, sealed,"
            " row_source, recorded_at) select 'B' || n, n::text, '示例公司', '示例路 ' || n || ' 号', '商业', n %% 500 + 20,"
            " false, false, 'bench', '2026-01-01' from generate_series(1, %s::int) n on conflict do nothing",
            [rows],
        )
        link.execute("vacuum analyze register.real_estate")


def _lost(server: PrivatePostgres) -> int:
    """Nonces of answered calls without an entry: every one that was noted was also answered."""
    with psycopg.connect(server.address()) as link:
        (lost,) = link.execute(
            "select (select count(*) from exchange_nonce)"
            " - (select count(*) from journal_entry where kind = 'exchange.answered.v1')"
        ).fetchone() or (0,)
    return int(lost)


def _lost_by_kills(server: PrivatePostgres, key: ec.EllipticCurvePrivateKey) -> int:
    """Answers that a client received around `kill -9` of the web server, and have no entry, place and leaf."""
    port, received = free_port(), 0
    with _killed.asking(port, lambda: _signed(port, key, secrets.randbelow(ROWS_FEW))) as answered:
        for _ in range(KILLS):
            command = tongban("serve", "--port", str(port))
            with subprocess.Popen(command, env=environment(HOME), stdout=subprocess.DEVNULL) as server_now:
                deadline = time.monotonic() + 30
                while len(answered) < received + ANSWERS_BETWEEN_KILLS and time.monotonic() < deadline:
                    time.sleep(0.05)
                _killed.kill_whole(server_now.pid)
            assert len(answered) > received, "the server did not answer again"
            received = len(answered)
    return int(_killed.lost(server.address(), answered))


# -- asking ------------------------------------------------------------------------------------


def _ask(port: int, key: ec.EllipticCurvePrivateKey, *, governed: bool = True) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds."""
    requests, script = HOME / "requests.txt", Path(__file__).with_name("_calls.lua")
    made = (_signed(port, key, n) if governed else _plain(port, n) for n in range(SIGNED))
    requests.write_bytes(b"\0".join(made))
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS}s",
            "--latency",
            "-s",
            str(script),
            f"http://localhost:{port}",
        ],
        env={**os.environ, "BENCH_REQUESTS": str(requests)},
        check=True,
        capture_output=True,
        text=True,
    )
    said = done.stdout
    assert "Non-2xx" not in said, said + done.stderr
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert tail, said
    return float(rate[1]), float(tail[1]) * {"us": 0.001, "ms": 1, "s": 1000}[tail[2]]


def _plain(port: int, n: int) -> bytes:
    return f"GET /bare?B{n % ROWS_FEW + 1} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()


def _signed(port: int, key: ec.EllipticCurvePrivateKey, n: int) -> bytes:
    query = f"certificate_no={quote(f'B{n % ROWS_FEW + 1}')}&items=address,area,use,sealed"
    sent = signed(f"localhost:{port}", key, PATH, query, case=CASE)
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"GET {PATH}?{query} HTTP/1.1\r\n{lines}\r\n".encode()
