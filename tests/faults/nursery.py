"""A process that bears sequencers and lets them die: real ones, over a real database, at any step they take.

It speaks JSON lines: what a child shall do, and what became of it. A child counts its steps, before and after each
statement, commit, fsync, rename and unlink, and at the step it is told to something happens to it.
"""

import json
import os
import random
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tongban.site import setup

#: What may happen at a step.
FATES = ("kill", "stop", "full", "lost")


class Steps:
    """Counts the steps of this process and deals its fate at one of them."""

    def __init__(self, fate: str, at: int) -> None:
        self.names: list[str] = []
        self.fate, self.at = fate, at
        self._lock = threading.Lock()

    def step(self, name: str) -> None:
        with self._lock:
            self.names.append(name)
            if len(self.names) != self.at:
                return
        if self.fate == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.fate == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self.fate == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        elif self.fate == "lost" and name == "committed":
            from django.db import OperationalError

            raise OperationalError("the connection was lost while it committed")

    def watch(self) -> None:
        """Count what reaches the disk or the database."""
        from django.db import connection
        from django.db.backends.base.base import BaseDatabaseWrapper
        from django.db.backends.utils import CursorWrapper

        self._around(os, "fsync", "synced")
        self._around(Path, "rename", "renamed")
        self._around(Path, "unlink", "unlinked")
        self._around(CursorWrapper, "execute", "executed")
        self._around(BaseDatabaseWrapper, "_commit", "committed")
        connection.ensure_connection()

    def _around(self, owner: Any, name: str, after: str) -> None:
        real = getattr(owner, name)

        def counted(*words: Any, **more: Any) -> Any:
            self.step(f"before {after}")
            result = real(*words, **more)
            self.step(after)
            return result

        setattr(owner, name, counted)


def sequence_all(acts: int) -> None:
    """Record acts, place them, log them."""
    from django.db import transaction

    from tests.journal.test_record import done
    from tongban.journal.api import Subject, drain, record, system
    from tongban.ledger.api import sequence

    for number in range(acts):
        with transaction.atomic():
            record(done(str(number)), on=Subject("thing", str(os.getpid()), number + 1), by=system("test"))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        drain()
        if not sequence("acts") and not _unlogged():
            return
    raise AssertionError("the log does not catch up")


def _unlogged() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from journal_pending where origin = 'acts') + (select count(*) from journal_placed"
            " where origin = 'acts' and log_index >= (select size from ledger_head where origin = 'acts'))"
        )
        return int(cursor.fetchone()[0])


def write_out_of_order(seed: int, acts: int) -> None:
    """Acts on a few objects that other writers act on too; between record and commit some time passes."""
    from django.db import connection, transaction

    from tests.journal.test_record import done
    from tongban.journal.api import Subject, record, system

    chance = random.Random(seed)
    for _number in range(acts):
        key = chance.randrange(4)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update thing set version = version + 1 where key = %s returning version", [key])
            version = cursor.fetchone()[0]
            record(done(str(seed)), on=Subject("shared", str(key), version), by=system("test"))
            time.sleep(chance.choice((0, 0.002, 0.02)))


def check(notes: set[str]) -> dict[str, int]:
    """Every entry in the log once, in its place; every checkpoint ever seen an earlier state of the last one."""
    from django.db import connection

    from tongban.ledger.api import log_folder, log_heads
    from tongban.ledger.leaf import commitment_of
    from tongban.ledger.note import open_note, read_checkpoint
    from tongban.ledger.sequencer import verifier
    from tongban.ledger.tiles import check_tiles, subtree_reader
    from tongban.ledger.tree import consistency_proof, is_consistent

    folder, key = log_folder("acts"), verifier("acts")
    head = next(one for one in log_heads() if one.origin == "acts")
    assert folder.published().decode() == head.checkpoint
    assert not head.refusal
    logged = [
        commitment_of(leaf)
        for _, bundle in check_tiles(head.size, head.root, folder.fetch)
        for leaf in bundle
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "select placed.log_index, entry.commitment from journal_placed placed"
            " join journal_entry entry on entry.id = placed.entry where placed.origin = 'acts' order by 1"
        )
        placed = cursor.fetchall()
        cursor.execute("select count(*), count(distinct id) from journal_entry where kind = 'test.done.v1'")
        entries, distinct = cursor.fetchone()
        cursor.execute("select count(*), min(position), max(position) from journal_placed")
        count, lowest, highest = cursor.fetchone()
    assert [index for index, _ in placed] == list(range(head.size))
    assert [bytes(committed) for _, committed in placed] == logged
    assert entries == distinct <= len(set(logged)) == len(logged)
    assert (lowest, highest) == (1, count)
    subtree = subtree_reader(head.size, folder.fetch)
    for note in sorted(notes | {head.checkpoint}):
        text, signers = open_note(note.encode(), {(key.name, key.key_id): key})
        assert signers
        old = read_checkpoint(text)
        proof = consistency_proof(old.size, head.size, subtree)
        assert is_consistent(old.size, head.size, old.root, head.root, proof), old
    return {"entries": entries, "size": head.size, "checkpoints": len(notes)}


class Nursery:
    """Children by number, and every checkpoint that was seen."""

    def __init__(self) -> None:
        self.notes: set[str] = set()
        self.children: dict[int, int] = {}

    def serve(self) -> None:
        """Do what each line says."""
        for line in sys.stdin:
            order = json.loads(line)
            say(getattr(self, f"do_{order.pop('do')}")(**order))

    def do_start(
        self, fate: str = "", at: int = 0, acts: int = 3, body: str = "sequence", seed: int = 0
    ) -> int:
        """Bear a child; answers its number."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            self.children[pid] = reading
            return pid
        os.close(reading)
        return self._live(writing, fate, at, acts, body, seed)

    def _live(self, said: int, fate: str, at: int, acts: int, body: str, seed: int) -> NoReturn:
        from tongban.journal import drainer
        from tongban.ledger import sequencer

        steps = Steps(fate, at)
        answer: dict[str, Any] = {}
        if fate == "stop":  # who is going to stand still shall lose its turn soon
            sequencer.PATIENCE_S, drainer.PATIENCE_S = 0.5, 1
        bodies: dict[str, Callable[[], Any]] = {
            "sequence": lambda: sequence_all(acts),
            "write": lambda: write_out_of_order(seed, acts),
            "check": lambda: check(self.notes),
        }
        try:
            steps.watch()
            answer["result"] = bodies[body]()
        except Exception as error:  # noqa: BLE001 - the parent judges
            answer["error"] = f"{type(error).__name__}: {error}"
        os.write(said, json.dumps({**answer, "steps": steps.names}).encode())
        os._exit(0)

    def do_wait(self, child: int) -> dict[str, Any]:
        """What became of a child: what it said, or the signal that ended it."""
        reading = self.children.pop(child)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        self.do_look()
        return json.loads(said) if said else {"signal": os.WTERMSIG(status)}

    def do_signal(self, child: int, number: int) -> None:
        """Send a signal to a child."""
        os.kill(child, number)

    def do_stopped(self, child: int) -> bool:
        """Wait until a child stands still; false if it came to its end instead."""
        seen = os.waitid(os.P_PID, child, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        return seen is not None and seen.si_code == os.CLD_STOPPED

    def do_look(self) -> None:
        """Keep the checkpoint that is published now."""
        from tongban.ledger.api import log_folder

        if note := log_folder("acts").published():
            self.notes.add(note.decode())


def say(answer: object) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Open the database, load everything once, serve."""
    server = setup.open_database()
    setup.start_django("sequencer")
    import tests.journal.conftest  # noqa: F401 - the act to record
    import tongban.ledger.adoption  # noqa: F401 - loaded once, before children are born

    say("ready")
    try:
        Nursery().serve()
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    main()
