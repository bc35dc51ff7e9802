"""Calls that go on while servers are killed, and what of the answers received is not in the journal.

wrk throws answers away; this client keeps the number of each. An answer counts once it was read to its end.
"""

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

CLIENTS = 4


@contextmanager
def asking(port: int, make: Callable[[], bytes]) -> Iterator[list[str]]:
    """Inside the block some clients ask without a pause; the list holds the number of each answer received."""
    answered: list[str] = []
    ends = threading.Event()
    crowd = [threading.Thread(target=_ask, args=(port, make, answered, ends)) for _ in range(CLIENTS)]
    for client in crowd:
        client.start()
    try:
        yield answered
    finally:
        ends.set()
        for client in crowd:
            client.join()


def _ask(port: int, make: Callable[[], bytes], answered: list[str], ends: threading.Event) -> None:
    while not ends.is_set():
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            socket.create_connection(("127.0.0.1", port), 10) as link,
        ):
            while not ends.is_set():
                link.sendall(make())
                answer = http.client.HTTPResponse(link)
                with contextlib.closing(answer):
                    answer.begin()
                    answer.read()
                    if answer.status == 200:
                        answered.append(answer.headers["x-road-request-id"])
                    else:
                        time.sleep(0.05)
        time.sleep(0.02)


def lost(address: str, answered: Sequence[str], *, patience: float = 60) -> int:
    """Answers that have not exactly one entry, one place and one leaf below the signed head, once the log caught up."""
    deadline = time.monotonic() + patience
    while True:
        with psycopg.connect(address) as link:
            (good,) = link.execute(
                "select count(*) from unnest(%s::uuid[]) given (id) where"
                " (select count(*) from journal_entry where id = given.id and kind = 'exchange.answered.v1') = 1"
                " and (select count(*) from journal_placed placed join ledger_head head on head.origin = placed.origin"
                "   where placed.entry = given.id and placed.log_index < head.size) = 1"
                " and not exists (select from journal_pending where entry = given.id)",
                [list(answered)],
            ).fetchone() or (0,)
        missing = len(answered) - int(good) + len(answered) - len(set(answered))
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.2)


def kill_whole(pid: int) -> None:
    """`kill -9` of a process and of all that it started, the youngest first."""
    for one in [*reversed(_below(pid)), pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def workers_of(pid: int) -> list[int]:
    """The processes of the web server below the command that serves."""
    return [one for one in _below(pid) if b"granian" in _words(one) or b"spawn_main" in _words(one)]


def _below(pid: int) -> list[int]:
    parents = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(") ", 1)[1].split()[1])
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def _words(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
