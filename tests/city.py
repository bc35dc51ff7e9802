"""A city of its own for one test: a data folder, commands over it, its processes, its database."""

import atexit
import contextlib
import functools
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from tongban.site.home import checkout, data_home
from tongban.site.postgres import PrivatePostgres

#: Long enough for two busy cores; every wait ends as soon as what it waits for holds.
PATIENCE_S = 60.0
STEP_LINE = re.compile(r"^ +\d+\.\d\d s  (?P<title>[^：]+)：")


def until(holds: Callable[[], Any], *, within: float = PATIENCE_S, what: str) -> Any:
    """Wait until `holds` answers something true, and return that."""
    deadline = time.monotonic() + within
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(0.02)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(address: str) -> int:
    """The status of a page; 0 while nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class City:
    """A data folder under `var/`, short enough for a socket; removed by `own_city`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = PrivatePostgres(home)
        self._started: list[subprocess.Popen[str]] = []

    # -- commands --------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_"))
        }
        return {**kept, "TONGBAN_DATA": str(self.home), "PYTHONUNBUFFERED": "1"}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `tongban` with these words; its output is read line by line. Ended with the city at the latest."""
        command = subprocess.Popen(
            [sys.executable, "-m", "tongban.site.cli", *words],
            env=self.environment,
            cwd=checkout(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(command)
        return command

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `tongban` with these words to its end."""
        return subprocess.run(
            [sys.executable, "-m", "tongban.site.cli", *words],
            env={**self.environment, **more},
            cwd=checkout(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def prepare(self) -> None:
        """Tables, packs and logs, as an operator makes them: made once in this process, then copied."""
        assert not self.home.exists(), "a city is prepared before anything runs in it"
        subprocess.run(["cp", "-a", str(_prepared()), str(self.home)], check=True)

    def serve(self, port: int) -> subprocess.Popen[str]:
        """Serve on `port`; returns when the first page answers."""
        command = self.start("serve", "--port", str(port))
        read_until(command, re.compile(r"^READY "))
        return command

    # -- processes -------------------------------------------------------------------------

    def processes(self) -> list[str]:
        """Every living process of this data folder: named so by its command line, environment or working folder."""
        mine = bytes(self.home)
        others = (
            folder for folder in Path("/proc").iterdir() if folder.name not in {"self", str(os.getpid())}
        )
        return [f"{folder.name} {_words(folder)}" for folder in others if _belongs(folder, mine)]

    def postmaster(self) -> int:
        """The pid of the database server that answers; 0 while none does."""
        try:
            pid = int((self.server.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            return pid if self.server.is_running() and Path(f"/proc/{pid}").exists() else 0
        except (OSError, ValueError):
            return 0

    def kill_postmaster(self) -> int:
        """`kill -9` of the database server, as soon as one answers; returns its pid."""
        pid = int(until(self.postmaster, what="a database server answers"))
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill(self, command: subprocess.Popen[str]) -> str:
        """`kill -9` of a command; returns what it still had said. Nothing of it may remain."""
        command.kill()
        command.wait()
        self.stands_still()
        return command.stdout.read() if command.stdout else ""

    def stands_still(self) -> None:
        """No process of this data folder is left, moments after its command ended."""
        try:
            until(lambda: not self.processes(), within=10, what="every process of the city ends")
        except AssertionError as late:
            raise AssertionError(f"left behind: {self.processes()}") from late

    def end(self) -> None:
        """End every command that is still running, and remove the folder."""
        for command in self._started:
            if command.poll() is None:
                command.terminate()
                try:
                    command.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    command.kill()
                    command.wait()
            if command.stdout:
                command.stdout.close()
        self.stands_still()
        shutil.rmtree(self.home, ignore_errors=True)

    # -- the database ----------------------------------------------------------------------

    @contextlib.contextmanager
    def database(self) -> Iterator[None]:
        """The database server runs inside the block, whether or not a command does."""
        server = PrivatePostgres(self.home)
        server.start()
        try:
            yield
        finally:
            server.stop()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement answers, asked by the superuser; commits."""
        with psycopg.connect(self.server.address()) as link:
            cursor = link.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def count(self, statement: str, values: Sequence[Any] = ()) -> int:
        """The one number that a statement answers."""
        return int(self.rows(statement, values)[0][0])


@functools.cache
def _prepared() -> Path:
    """A folder in which nothing runs."""
    city = City(data_home() / f"prepared-{os.getpid()}")
    atexit.register(shutil.rmtree, city.home, ignore_errors=True)
    for words in (["migrate"], ["packs", "activate", "base", "lanchuan"], ["ledger", "create"]):
        done = city.run(*words)
        assert done.returncode == 0, done.stderr
    return city.home


def read_until(command: subprocess.Popen[str], line: re.Pattern[str], *, times: int = 1) -> list[str]:
    """The lines of a command up to the one that matches for the `times`-th time; it may not end before."""
    assert command.stdout
    lines = []
    for text in command.stdout:
        lines.append(text)
        times -= bool(line.search(text))
        if not times:
            return lines
    raise AssertionError(f"it ended before it said {line.pattern!r}: {''.join(lines)}")


@contextlib.contextmanager
def own_city(name: str) -> Iterator[City]:
    """A city that is gone afterwards, with all its processes."""
    city = City(data_home() / f"{name}-{os.getpid()}-{secrets.token_hex(2)}")
    try:
        yield city
    finally:
        city.end()


def _belongs(folder: Path, mine: bytes) -> bool:
    try:
        if folder.joinpath("stat").read_text().rsplit(") ", 1)[1].startswith("Z"):
            return False
        where = bytes(folder.joinpath("cwd").readlink())
        said = folder.joinpath("cmdline").read_bytes() + b"\0" + folder.joinpath("environ").read_bytes()
    except OSError:
        return False
    return where.startswith(mine + b"/") or mine + b"/" in said or mine + b"\0" in said


def _words(folder: Path) -> str:
    with contextlib.suppress(OSError):
        return folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")[:90]
    return "(gone)"
