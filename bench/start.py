"""`tongban bench start`: how soon the first page stands, how heavy it is, what the story and the demo cost.

Baselines of the same run: an empty Python that imports Django (cold start), a small static file (page times).
Everything runs over a data folder of its own on a free port of the loopback interface.
"""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tongban.site.benchmarks import Metric
from tongban.site.home import checkout
from tongban.site.postgres import PrivatePostgres

HOME = checkout() / "var" / "bench"
ROUNDS = 60
MARK = r"/static/[^\"]+mark[^\"]+svg"


def run() -> list[Metric]:
    """Measure all of it; about a minute."""
    shutil.rmtree(HOME, ignore_errors=True)
    try:
        back_s = _database_back()
        story_s = _story()
        cold = [_cold_start() for _ in range(3)]
        with _serving("demo", "--fresh") as (address, parent):
            small = address + _first(MARK, _get(address + "/").decode())
            baseline = _median_ms(small)
            home_ms, guide_ms = _median_ms(address + "/"), _median_ms(f"{address}/bundles/open-restaurant/")
            kilobytes = _weight(address)
            memory = _memory(parent)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Metric("cold_start_s", statistics.median(cold), "s", baseline=_import_django()),
        Metric("home_ms", home_ms, "ms", baseline=baseline),
        Metric("guide_ms", guide_ms, "ms", baseline=baseline),
        Metric("home_kb_gzip", kilobytes, "kB", goal=150),
        Metric("story_s", story_s, "s"),
        Metric("database_back_s", back_s, "s", goal=2),
        Metric("rss_mb", memory, "MB", goal=600),
    ]


def _database_back() -> float:
    """The longest of five times from `kill -9` of PostgreSQL to its next answer."""
    server = PrivatePostgres(HOME / "killed")
    server.start()
    try:
        return max(_killed_and_back(server) for _ in range(5))
    finally:
        server.stop()


def _killed_and_back(server: PrivatePostgres) -> float:
    os.kill(int((server.cluster / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
    begun = time.perf_counter()
    while True:
        try:
            psycopg.connect(server.address(database="postgres")).close()
            return time.perf_counter() - begun
        except psycopg.OperationalError:
            time.sleep(0.01)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return {**kept, "TONGBAN_DATA": str(HOME)}


def _tongban(*words: str) -> list[str]:
    return [sys.executable, "-m", "tongban.site.cli", *words]


def _story() -> float:
    """The whole command on an empty folder: database, tables, packs, logs, worker, all steps, all proofs."""
    begun = time.perf_counter()
    done = subprocess.run(
        _tongban("story", "--json"), env=_environment(), capture_output=True, text=True, check=True
    )
    taken = time.perf_counter() - begun
    assert json.loads(done.stdout)["proofs_verified"]["after"] > 0
    return taken


def _cold_start() -> float:
    begun = time.perf_counter()
    with _serving("serve"):
        return time.perf_counter() - begun


def _import_django() -> float:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import django, django.db.models"], check=True)
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(3))


@contextmanager
def _serving(*words: str) -> Iterator[tuple[str, int]]:
    """A command that serves, until the block ends; gives its address and the process's id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = _tongban(*words, "--port", str(port))
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            for line in server.stdout:
                if line.startswith("READY"):
                    break
            yield f"http://localhost:{port}", server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _get(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def _median_ms(address: str) -> float:
    _get(address)

    def once() -> float:
        begun = time.perf_counter()
        _get(address)
        return (time.perf_counter() - begun) * 1000

    return statistics.median(once() for _ in range(ROUNDS))


def _weight(address: str) -> float:
    """The page and everything it names, gzipped, in kB."""
    page = _get(address + "/").decode()
    files = {address + path for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
    pieces = [page.encode(), *map(_get, sorted(files))]
    return sum(len(gzip.compress(piece, 9)) for piece in pieces) / 1000


def _memory(parent: int) -> float:
    """Memory of the whole demo in MB: every process of the tree, shared pages counted once (PSS)."""
    return sum(_proportional_kb(pid) for pid in _tree(parent)) / 1024


def _tree(parent: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [parent]
    while waiting:
        found.append(pid := waiting.pop())
        waiting += children.get(pid, [])
    return found


def _proportional_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(_first(r"Pss:\s+(\d+)", text, 1))


def _first(pattern: str, text: str, group: int = 0) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[group]
