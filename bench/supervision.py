"""`tongban bench supervision`: a journal of a million entries through all rules, and the pages over a million cases.

`replay_over_read`: supervision follows a million entries from the first position on; beside it the same rows read bare,
page by page. `cockpit_p95_ms`, `scoreboard_p95_ms`: the pages as they are served, one reader, with a million decided
cases behind them; beside them a small static file. `simulated_acts_per_s`: what `demo --simulate-year` does in a second.
"""

import http.client
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from _city import copy_rows, p95
from _servers import environment, free_port, prepare, serving, tongban
from tongban.kernel import clock
from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench-supervision"
CASES = 1_000_000
ROUNDS = 200
#: Working days of the simulated city that are timed.
SIMULATED_DAYS = 3
SEED = 20_261_126
AGENCIES = (
    "lanchuan.approval", "lanchuan.fire", "lanchuan.urban", "lanchuan.housing", "lanchuan.hrss",
    "lanchuan.insurance", "lanchuan.civil", "lanchuan.medicare", "lanchuan.fund", "lanchuan.tax",
)  # fmt: skip
ITEMS = ("food-permit", "fire-check", "business-licence", "signboard-guidance", "drainage-permit")
_CASES = (
    "supervision_case (number, application, item, agency, collecting, promised_days, legal_days, opened_at,"
    " accepted_at, decided_at, decided_recorded_at, result, promised_on, legal_on, pause_begins, pause_ends, materials,"
    " saved, held, visit_entries, rating)"
)
_WATCHES = (
    "supervision_watch (code, key, rule, object, case_number, agency, item, began_at, stated_on, ended_at, due_on,"
    " yellow_at, pause_begins, pause_ends, level, version)"
)
_TALLY = """
insert into supervision_tally (month, agency, item, decided, on_promise, promised, on_legal, legal, days, promised_days,
    legal_days, materials, saved, visits, rated, pleased, late)
select date_trunc('month', decided_at at time zone 'Asia/Shanghai')::date, agency, item, count(*),
    count(*) filter (where decided_at::date <= promised_on), count(*), count(*) filter (where decided_at::date <= legal_on),
    count(*), sum(decided_at::date - accepted_at::date), sum(promised_days), sum(legal_days), sum(materials), sum(saved),
    0, count(rating), count(*) filter (where rating <= 3), 0
from supervision_case group by 1, 2, 3
"""


def run() -> list[Metric]:
    """Measure all of it; about twelve minutes."""
    replayed = _child("_supervising.py")
    cockpit, scoreboard, static = _pages()
    acts_per_s = _simulated()
    return [
        Metric(
            "replay_over_read",
            replayed["replay_s"] / replayed["bare_s"],
            "x",
            baseline=replayed["bare_s"],
            goal=5,
        ),
        Metric("cockpit_p95_ms", p95(cockpit), "ms", baseline=p95(static), goal=100),
        Metric("scoreboard_p95_ms", p95(scoreboard), "ms", baseline=p95(static), goal=100),
        Metric("simulated_acts_per_s", acts_per_s, "acts/s"),
    ]


def _child(name: str, *words: str) -> dict[str, float]:
    """What a process of its own measured, over a database of its own."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        child = Path(__file__).with_name(name)
        done = subprocess.run(
            [sys.executable, str(child), *words],
            env=environment(HOME),
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _pages() -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of cockpit and scoreboard over a million cases, and of a small static file."""
    shutil.rmtree(HOME, ignore_errors=True)
    server = PrivatePostgres(HOME)
    try:
        server.start()
        prepare(HOME)
        _seed(server)
        with serving(HOME) as port:
            reader = Reader(port)
            page = reader.get("/scoreboard/")
            found = re.search(r"/static/[^\"]+mark[^\"]+svg", page)
            assert found, "the page names no mark"
            assert "市审批局" in page
            reader.sign_in("supervisor")
            assert "承诺时限内办结率" in reader.get("/supervision/cockpit/")
            return (
                reader.timed("/supervision/cockpit/"),
                reader.timed("/scoreboard/"),
                reader.timed(found[0]),
            )
    finally:
        server.stop()
        shutil.rmtree(HOME, ignore_errors=True)


class Reader:
    """A visitor with a cookie, on one connection."""

    def __init__(self, port: int) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        """A page's text."""
        status, body = self._ask("GET", path)
        assert status == 200, (path, status)
        return body.decode()

    def sign_in(self, username: str) -> None:
        """As the list of demonstration people does."""
        page = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = urlencode({"csrfmiddlewaretoken": token[1], "person": username, "next": "/"})
        status, _body = self._ask("POST", "/sign-in/as/", form)
        assert status == 302, status

    def timed(self, path: str) -> list[float]:
        """Milliseconds of many askings."""
        found = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            self._ask("GET", path)
            found.append((time.perf_counter() - begun) * 1000)
        return found

    def _ask(self, method: str, path: str, form: str = "") -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self._link.request(method, path, form or None, headers)
        answer = self._link.getresponse()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = one.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read()


def _seed(server: PrivatePostgres) -> None:
    """A year of decided cases and the watches of a million more limits, by COPY; tallies summed from the cases."""
    chance = random.Random(SEED)  # noqa: S311
    with psycopg.connect(server.address()) as link, link.cursor() as cursor:
        rules = dict(cursor.execute("select code, id from supervision_rule").fetchall())
        copy_rows(cursor, _CASES, _cases(chance))
        copy_rows(cursor, _WATCHES, _watches(chance, rules))
        cursor.execute(_TALLY)
        cursor.execute("select sum(decided) from supervision_tally")
        assert cursor.fetchone() == (CASES,)
        link.commit()
        link.autocommit = True
        cursor.execute("vacuum analyze")


def _cases(chance: random.Random) -> Iterator[tuple[object, ...]]:
    end = clock.real_now()
    for number in range(CASES):
        decided = end - timedelta(minutes=chance.randrange(360 * 24 * 60))
        accepted = decided - timedelta(days=chance.randrange(20))
        due = [(accepted + timedelta(days=days)).date() for days in (14, 28)]
        yield (
            f"C{number}-01", f"C{number}", chance.choice(ITEMS), chance.choice(AGENCIES), "lanchuan.center", 10, 20,
            accepted, accepted, decided, decided, "granted", *due, "{}", "{}", 6, chance.randrange(6), "{}", "{}",
            chance.choice((None, None, 1, 2, 3, 4)),
        )  # fmt: skip


def _watches(chance: random.Random, rules: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """Limits of cases, and every tenth one a share request, a correction or an objection."""
    end = clock.real_now()
    others = ("share-silence", "correction-late", "objection-late")
    for number in range(CASES):
        code = others[number // 10 % 3] if number % 10 == 0 else "case-promised"
        began = end - timedelta(minutes=chance.randrange(360 * 24 * 60))
        ended = began + timedelta(days=chance.randrange(16)) if chance.random() < 0.95 else None
        due = began + timedelta(days=14)
        case = f"C{number}-01" if code == "case-promised" else ""
        yield (
            code, f"case:C{number}-01", rules[code], f"case:C{number}-01", case, chance.choice(AGENCIES), "",
            began, due.date(), ended, due.date(), due, "{}", "{}", 0, 1,
        )  # fmt: skip


def _simulated() -> float:
    """Acts a second of some days of the simulated city."""
    home = HOME / "year"
    shutil.rmtree(HOME, ignore_errors=True)
    words = tongban("demo", "--simulate-year", "--days", str(SIMULATED_DAYS), "--port", str(free_port()))
    found: list[str] = []
    with subprocess.Popen(words, env=environment(home), stdout=subprocess.PIPE, text=True) as city:
        try:
            assert city.stdout
            for line in city.stdout:
                found += re.findall(r"([\d.]+) acts/s", line)
                if line.startswith("READY"):
                    break
        finally:
            city.send_signal(signal.SIGINT)
            city.wait(timeout=60)
    shutil.rmtree(HOME, ignore_errors=True)
    return float(found[-1])
