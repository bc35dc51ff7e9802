"""The writers of `bench watching`, in a process that speaks to the database; prints the delays as JSON."""

import json
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

from tongban.journal.registry import Act, kind
from tongban.site import processes, setup
from tongban.site.home import data_home

PER_S, SECONDS, WRITERS = 200, 15, 4
PATIENCE_S = 60.0


@kind("bench.done.v1", "基准")
class Done(Act):
    """An act of no meaning, for the log `acts`."""

    number: int


def main() -> list[float]:
    """Record acts at an even pace, watch the witnessed head grow, and put the two together."""
    server = setup.open_database()
    try:
        setup.start_django("app")
        worker = processes.spawn_tongban("work")
        try:
            return _measured(data_home() / "ledger" / "acts" / "witnessed")
        finally:
            processes.stop(worker)
    finally:
        if server:
            server.stop()


def _measured(witnessed: Path) -> list[float]:
    _write(WRITERS, {}, 1)
    deadline = time.monotonic() + PATIENCE_S
    while not witnessed.exists() and time.monotonic() < deadline:
        time.sleep(0.05)  # the worker is up once its first head is witnessed
    committed: dict[UUID, float] = {}
    seen: list[tuple[float, int]] = []
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(witnessed, seen, done))
    watcher.start()
    writers = [
        threading.Thread(target=_write, args=(number, committed, PER_S * SECONDS // WRITERS))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    places = _places(list(committed))
    deadline = time.monotonic() + PATIENCE_S
    while (not seen or seen[-1][1] <= max(places.values())) and time.monotonic() < deadline:
        time.sleep(0.05)
    done.set()
    watcher.join()
    return [
        next(moment for moment, size in seen if size > place) - committed[entry]
        for entry, place in places.items()
    ]


def _write(number: int, committed: dict[UUID, float], count: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415 - needs Django

    from tongban.journal.api import Subject, record, system  # noqa: PLC0415

    begun = time.monotonic()
    for at in range(count):
        wait = begun + at * WRITERS / PER_S - time.monotonic()
        time.sleep(max(0.0, wait))
        act = Done(number=at)
        with transaction.atomic():
            entry = record(act, on=Subject("bench", f"{number}-{at}", 1), by=system("bench"))
        committed[entry] = time.monotonic()
    connection.close()


def _watch(witnessed: Path, seen: list[tuple[float, int]], done: threading.Event) -> None:
    while not done.wait(0.005):
        if witnessed.exists():
            size = int(witnessed.read_bytes().split(b"\n", 2)[1])
            if not seen or size > seen[-1][1]:
                seen.append((time.monotonic(), size))


def _places(entries: list[UUID]) -> dict[UUID, int]:
    from django.db import connection  # noqa: PLC0415 - needs Django

    deadline = time.monotonic() + PATIENCE_S
    while True:
        with connection.cursor() as cursor:
            cursor.execute("select entry, log_index from journal_placed where entry = any(%s)", [entries])
            places = dict(cursor.fetchall())
        if len(places) == len(entries):
            return places
        if time.monotonic() > deadline:
            raise TimeoutError("the worker did not place every act")
        time.sleep(0.1)


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
