"""What the benchmarks that ask over HTTP share: the program's processes over data of their own, and the bare handler."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def environment(home: Path) -> dict[str, str]:
    """The environment of a program whose data lie in a folder of their own.

    One caller asks as fast as it can: no limit of what a visitor or a system may ask is in its way.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    limits = ("TONGBAN_SEARCHES_A_MINUTE", "TONGBAN_CALLS_A_SECOND", "TONGBAN_CALLS_AT_ONCE")
    return {**kept, "TONGBAN_DATA": str(home), **dict.fromkeys(limits, "0")}


def tongban(*words: str) -> list[str]:
    """A command of the program."""
    return [sys.executable, "-m", "tongban.site.cli", *words]


def prepare(home: Path) -> None:
    """Tables, the demonstration's content and the logs, in the running database of `home`."""
    for words in (["migrate"], ["packs", "activate", "base", "lanchuan"], ["ledger", "create"]):
        subprocess.run(tongban(*words), env=environment(home), check=True, stdout=subprocess.DEVNULL)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[int]:
    """The pages are served until the block ends; gives the port. `settings` are further ones, by name."""
    port = free_port()
    command = tongban("serve", "--port", str(port))
    told = {**environment(home), **settings}
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            for line in server.stdout:
                if line.startswith("READY"):
                    break
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


@contextmanager
def working(home: Path) -> Iterator[None]:
    """The worker drains, logs and counts until the block ends."""
    with _running(tongban("work"), environment(home)):
        yield


@contextmanager
def bare(home: Path, database: str) -> Iterator[int]:
    """The same server program with a handler that does nothing but its SELECT or COPY; gives the port."""
    with bare_handler(home, "_bare:application", {"BENCH_DATABASE": database}) as port:
        yield port


@contextmanager
def bare_handler(home: Path, handler: str, settings: dict[str, str]) -> Iterator[int]:
    """The same server program with another handler, `settings` in its environment; gives the port."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "16",
        "--no-ws",
        "--log-level",
        "error",
    ]
    more = {**settings, "PYTHONPATH": str(Path(__file__).parent)}
    with _running([*command, handler], {**environment(home), **more}):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port


@contextmanager
def _running(command: Sequence[str], around: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(command, env=around, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
