"""`tongban bench cases`: from submitting to acceptance over HTTP, queues and cases among a million, rules, calendars.

Baselines of the same run: INSERTs of the same rows (submit); ten thousand cases (queue, case); one UPDATE of the same
days (recount); a rule by itself (eligibility). Drafts go through the doors; the running cases of the queue are copied
in the database from one of them.
"""

import http.client
import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg

from _city import p95
from _queued import bare_insert_seconds, copy_cases
from _servers import environment, prepare, serving, working
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-cases"
DRAFTS = 290
#: Of those, so many are submitted by the action alone.
ALONE = 90
#: Of the others, so many before the watch is started.
FIRST = 40
CLERKS = 8
FEW, SOME, MANY = 10_000, 100_000, 1_000_000
READS = 120
SEED = 20_261_127
TOKEN = "b" * 32


def run() -> list[Metric]:
    """Measure all of it; about five minutes."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        made = _doors("prepare", DRAFTS)
        with psycopg.connect(server.address(), autocommit=True) as link:
            return _measure(made, link)
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)


def _measure(made: dict[str, Any], link: "psycopg.Connection[tuple[object, ...]]") -> list[Metric]:
    alone = _doors("submit", ALONE)
    bare_s, rows = bare_insert_seconds(link, alone["numbers"])
    drafts = made["drafts"][ALONE:]
    with working(HOME), serving(HOME, TONGBAN_WEB_PROCESSES="2") as port:
        _submit_and_accept(port, made, drafts[:FIRST])  # both processes have read what they need
        seconds = _submit_and_accept(port, made, drafts[FIRST:])
    numbers = [f"{one['number']}-01" for one in drafts]
    fetched = _one(link, "select count(*) from exchange_evidence where outcome in ('fetched', 'verified')")
    accepted = _one(link, "select count(*) from cases_case where accepted_on is not null")
    assert accepted == len(drafts), accepted
    today = str(link.execute("select max(accepted_on) from cases_case").fetchone()[0])  # type: ignore[index]
    rules = _doors("eligibility")

    def seed(first: int, last: int) -> None:
        copy_cases(link, drafts[0]["number"], first=first, last=last, today=today)

    seed(1, FEW)
    few_queue, few_case = _read(made, numbers)
    seed(FEW + 1, SOME)
    recounted = _doors("recount")
    update_s = _bare_update(link)
    seed(SOME + 1, MANY)
    many_queue, many_case = _read(made, numbers)
    middle = statistics.median
    return [
        Metric(
            "submit_to_accepted_per_s",
            len(drafts[FIRST:]) / seconds,
            "1/s",
            baseline=alone["count"] / alone["seconds"],
            goal=100,
            better="at least",
        ),
        Metric("evidence_fetched_per_case", fetched / DRAFTS, ""),
        Metric(
            "submit_over_bare_insert",
            bare_s / alone["seconds"],
            "",
            baseline=rows / bare_s,
            goal=0.3,
            better="at least",
        ),
        Metric(
            "queue_1m_over_10k",
            middle(many_queue) / middle(few_queue),
            "",
            baseline=middle(few_queue),
            goal=1.3,
        ),
        Metric(
            "case_1m_over_10k", middle(many_case) / middle(few_case), "", baseline=middle(few_case), goal=1.3
        ),
        Metric("queue_p95_ms", p95(many_queue), "ms", baseline=p95(few_queue), goal=60),
        Metric("eligibility_200_ms", rules["ms"], "ms", baseline=rules["ms"] / 200, goal=20),
        Metric(
            "recompute_over_update",
            recounted["seconds"] / update_s,
            "",
            baseline=recounted["moved"] / update_s,
            goal=3,
        ),
    ]


def _doors(verb: str, count: int = 0) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("_doors.py")), verb, str(count)]
    done = subprocess.run(command, env=environment(HOME), check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _one(link: "psycopg.Connection[tuple[object, ...]]", statement: str) -> int:
    row = link.execute(statement.encode()).fetchone()
    return int(str(row[0])) if row else 0


def _bare_update(link: "psycopg.Connection[tuple[object, ...]]") -> float:
    begun = time.perf_counter()
    with link.transaction():
        link.execute(
            "update cases_case set promised_due_on = promised_due_on + 1, legal_due_on = legal_due_on + 1 where accepted_on is not null and decided_on is null"
        )
        link.execute("update clocks_due set due_on = due_on + 1 where what = 'decide'")
    return time.perf_counter() - begun


# -- over HTTP ---------------------------------------------------------------------------------


def _submit_and_accept(port: int, made: dict[str, Any], drafts: Sequence[dict[str, Any]]) -> float:
    """Seconds in which several people submit and several windows accept what they submitted.

    The requests lie ready as bytes: who asks costs next to nothing of the two cores.
    """

    def asked(one: dict[str, Any]) -> tuple[bytes, bytes]:
        submitting = f"/my/applications/{one['number']}/form/check/"
        accepting = f"/counter/cases/{one['number']}-01/accept/"
        return (
            _post(port, submitting, f"{made['cookie']}={one['session']}", f"seen={one['seen']}"),
            _post(port, accepting, f"{made['cookie']}={made['clerk']}", "seen=1"),
        )

    def work(requests: Sequence[bytes]) -> None:
        with socket.create_connection(("localhost", port), timeout=60) as link:
            for one in requests:
                link.sendall(one)
                _check_moved(link)

    queues = [[post for one in drafts[n::CLERKS] for post in asked(one)] for n in range(CLERKS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLERKS) as people:
        list(people.map(work, queues))
    return time.perf_counter() - begun


def _post(port: int, address: str, session: str, fields: str) -> bytes:
    body = f"csrfmiddlewaretoken={TOKEN}&{fields}"
    return (
        f"POST {address} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {session}; csrftoken={TOKEN}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _check_moved(link: socket.socket) -> None:
    """Read one answer: an act that was done leads to another page, with one empty chunk behind its head."""
    answer = b""
    while not answer.endswith(b"\r\n0\r\n\r\n"):
        part = link.recv(65536)
        assert part, answer
        answer += part
    assert answer.startswith(b"HTTP/1.1 302"), answer[:2000].decode()


def _read(made: dict[str, Any], numbers: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of the officer's queue in its groups and pages, and of single cases."""
    chance = random.Random(SEED)  # noqa: S311
    groups = ("", "?group=overdue", "?group=today", "?group=soon", "?group=later", "?all=1")
    with serving(HOME) as port:
        link = http.client.HTTPConnection("localhost", port, timeout=60)

        def get(address: str) -> float:
            begun = time.perf_counter()
            link.request("GET", address, headers={"Cookie": f"{made['cookie']}={made['examiner']}"})
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            return (time.perf_counter() - begun) * 1000

        for group in groups:
            get(f"/counter/queue/{group}")
        queues = [get(f"/counter/queue/{chance.choice(groups)}") for _ in range(READS)]
        chosen = [numbers[n % len(numbers)] for n in range(READS)]
        for number in chosen[:5]:
            get(f"/counter/cases/{number}/")
        cases = [get(f"/counter/cases/{number}/") for number in chosen]
        link.close()
    return queues, cases
