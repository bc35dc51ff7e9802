# ruff: noqa: PLC0415, S311 - what needs Django is imported after it was started; chance repeats the same run
"""The measuring process of `bench ledger`: prints one JSON object of name -> [value, baseline]."""

import hashlib
import json
import os
import random
import secrets
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tongban.site import setup

CHUNK = 4_096
PROOFS = 2_000
ACTS = 1_500
SEED = 20_261_125
ENTRY_COLUMNS = (
    "journal_entry (id, kind, occurred_at, recorded_at, actor, agency, represented, object, object_version,"
    " basis, purpose, case_number, part_hashes, commitment, seal, marks)"
)
AGENCIES = ("lanchuan.spj", "lanchuan.xzsp", "lanchuan.gaj", "lanchuan.wjw")


def main(entries: int) -> None:
    """Measure, and say it as JSON."""
    server = setup.open_database()
    assert server
    try:
        owner = server.address()
        setup.start_django("sequencer")
        measured = {"library_append_per_s": library()}
        measured["act_with_journal_over_without"] = acts(owner)
        told("acts measured")
        run_to_the_end(durable=True)
        seed(owner, entries)
        told("seeded")
        copy_database(server.address(database="postgres"))
        durable = run_to_the_end(durable=True)
        told(f"sequenced {durable}")
        measured["inclusion_p50_ms"], measured["inclusion_p99_ms"] = inclusion()
        loose = run_to_the_end(durable=False)
        told(f"sequenced without fsync {loose}")
        for name, value in durable.items():
            measured[name] = (value, loose[name])
        print(json.dumps(measured))
    finally:
        server.stop()


def told(line: str) -> None:
    """Progress, beside the figures."""
    print(f"bench ledger: {line}", file=sys.stderr, flush=True)


# -- the library alone ---------------------------------------------------------------------


def library() -> tuple[float, float]:
    """Leaves hashed and taken into tiles and root, in memory; beside the bare hashing of as many leaves and nodes."""
    from tongban.ledger.tiles import Edge, grow
    from tongban.ledger.tree import leaf_hash

    leaves = [secrets.token_bytes(82).hex().encode() + b"x" for _ in range(16 * CHUNK)]

    def append() -> None:
        edge = Edge()
        for at in range(0, len(leaves), CHUNK):
            part = leaves[at : at + CHUNK]
            edge, _files = grow(edge, part, [leaf_hash(leaf) for leaf in part])
            edge.root()

    def bare() -> None:
        sha256 = hashlib.sha256
        row = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        while len(row) > 1:
            row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]

    return rate(append, len(leaves)), rate(bare, len(leaves))


def rate(act: Callable[[], None], count: int) -> float:
    """How many a second, the median of five times."""
    return count / statistics.median(seconds(act) for _ in range(5))


def seconds(act: Callable[[], Any]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


# -- one act -------------------------------------------------------------------------------


def acts(owner: str) -> tuple[float, float]:
    """An act with its entry over the same without; the baseline is milliseconds without.

    The act is as design 2 has it, at its smallest: a read for what is due, one for the policy, the bump, a change of
    the object, a row beside it, the commit.
    """
    from django.db import connection, transaction

    from tongban.journal.api import Subject, record, system
    from tongban.kernel.ids import uuid7
    from tongban.ledger.kinds import TokenRevoked

    with psycopg.connect(owner) as link:
        link.execute("create table bench_thing (id int primary key, version int not null, state text)")
        link.execute(
            "create table bench_step (thing int, version int, state text, primary key (thing, version))"
        )
        link.execute("insert into bench_thing select number, 1, 'open' from generate_series(0, 63) number")
        link.execute("grant select, insert, update on bench_thing, bench_step to tongban_sequencer")
    person = uuid7()

    def act(number: int, *, journal: bool) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select * from bench_step where thing = %s and state = 'due'", [number % 64])
            cursor.execute("select * from bench_thing where id = %s", [number % 64])
            cursor.execute(
                "update bench_thing set version = version + 1 where id = %s returning version", [number % 64]
            )
            (version,) = cursor.fetchone() or (0,)
            cursor.execute("update bench_thing set state = %s where id = %s", [str(number), number % 64])
            cursor.execute("insert into bench_step values (%s, %s, 'done')", [number % 64, version])
            if journal:
                record(
                    TokenRevoked(holder=str(number)),
                    on=Subject("thing", str(number % 64), version),
                    by=system("bench"),
                    private={person: {"note": str(number)}},
                )

    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ACTS):
        for journal in (True, False):
            times[journal].append(seconds(lambda n=number, j=journal: act(n, journal=j)))  # type: ignore[misc]
    with_it, without = (statistics.median(times[journal]) for journal in (True, False))
    return with_it / without, without * 1000


# -- a million entries ---------------------------------------------------------------------


def seed(owner: str, entries: int) -> None:
    """Write entries, parts and pending marks by COPY, as true as the program's own."""
    with psycopg.connect(owner) as link, link.cursor() as cursor:
        for begin in range(0, entries, 50_000):
            rows = list(made(begin, min(50_000, entries - begin)))
            columns = (
                ENTRY_COLUMNS,
                "journal_part (entry, ordinal, subject, salt, bytes)",
                "journal_part (entry, ordinal, subject, salt, bytes)",
                "journal_pending (entry, origin)",
            )
            for place, table in enumerate(columns):
                with cursor.copy(f"copy {table} from stdin") as copy:
                    copy.write("".join([row[place] for row in rows]))
        link.commit()
    with psycopg.connect(owner, autocommit=True) as link:
        link.execute("vacuum analyze")


def made(begin: int, count: int) -> Iterator[tuple[str, str, str, str]]:
    """The lines of COPY for one entry: entry, common part, part of a person, pending mark."""
    from tongban.journal.api import seal, system
    from tongban.journal.marks import marks_of
    from tongban.kernel import clock
    from tongban.kernel.commitment import COLUMNS, commitment, part_hash, plain
    from tongban.kernel.ids import uuid7

    chance = random.Random(SEED + begin)
    people = [uuid7() for _ in range(5_000)]
    actor = f"system:{system('bench').key}"
    moment = clock.real_now() - timedelta(seconds=1)
    shown = plain(moment)
    for number in range(begin, begin + count):
        entry, person, agency = uuid7(), chance.choice(people), chance.choice(AGENCIES)
        contents = (
            f'{{"holder":"{number}"}}'.encode(),
            f'{{"as":"s1","note":"{number}","subject":"{person}"}}'.encode(),
        )
        salts = (secrets.token_bytes(32), secrets.token_bytes(32))
        hashes = [part_hash(salt, content) for salt, content in zip(salts, contents, strict=True)]
        said: dict[str, Any] = {
            **dict.fromkeys(COLUMNS, ""),
            "id": str(entry),
            "kind": "ledger.token-revoked.v1",
            "occurred_at": shown,
            "recorded_at": shown,
            "effective_on": None,
            "actor": actor,
            "agency": agency,
            "object": f"case:{number % 50_000}",
            "object_version": number // 50_000 + 1,
            "disclose_after": None,
            "supersedes": None,
        }
        statement = {"columns": said, "parts": [one.hex() for one in hashes]}
        text = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        committed = hashlib.sha256(b"tongban/commitment/v1\n" + text.encode()).digest()
        if number == begin:
            assert committed == commitment(said, hashes)
        sealed, marks = seal(entry, committed), marks_of(entry, said, salts)
        listed = ",".join(f'"\\\\\\\\x{one.hex()}"' for one in hashes)
        line = (
            f"{entry}\t{said['kind']}\t{shown}\t{shown}\t{actor}\t{agency}\t\t{said['object']}"
            f"\t{said['object_version']}\t\t\t\t{{{listed}}}\t\\\\x{committed.hex()}\t\\\\x{sealed.hex()}\t\\\\x{marks.hex()}\n"
        )
        yield (
            line,
            f"{entry}\t0\t\\N\t\\\\x{salts[0].hex()}\t\\\\x{contents[0].hex()}\n",
            f"{entry}\t1\t{person}\t\\\\x{salts[1].hex()}\t\\\\x{contents[1].hex()}\n",
            f"{entry}\tacts\n",
        )


def copy_database(postgres: str) -> None:
    """A copy of the seeded database and its log, for the run without fsync."""
    from django.conf import settings
    from django.db import connection

    connection.close()
    shutil.copytree(settings.HOME / "ledger", settings.HOME / "loose" / "ledger")
    with psycopg.connect(postgres, autocommit=True) as link:
        link.execute("create database loose template tongban strategy file_copy")


def run_to_the_end(*, durable: bool) -> dict[str, float]:
    """Drain and sequence until all is under the published checkpoint, as the worker does; entries a second."""
    from django.conf import settings
    from django.db import connection

    from tongban.journal.api import drain
    from tongban.ledger.api import log_folder, sequence, size_of

    if not durable:
        connection.close()
        connection.settings_dict["NAME"] = "loose"
        connection.settings_dict["OPTIONS"] = {"options": "-c synchronous_commit=off"}
        settings.HOME = Path(settings.HOME) / "loose"
        os.fsync = lambda _descriptor: None
    draining = 0.0
    before = size_of(note) if (note := log_folder("acts").published()) else 0
    begun = time.perf_counter()
    busy, placed, rounds = True, 0, []
    while busy:
        at = time.perf_counter()
        drained = drain().placed
        draining += time.perf_counter() - at
        placed += drained
        at = time.perf_counter()
        busy = sequence("acts") > 0 or drained > 0
        rounds.append(time.perf_counter() - at)
    taken = time.perf_counter() - begun
    note = log_folder("acts").published()
    size = size_of(note) if note else 0
    if placed > CHUNK:
        rounds.sort()
        told(
            f"{size} entries; a round takes {rounds[len(rounds) // 2]:.3f} s, p99 {rounds[-len(rounds) // 100 - 1]:.3f} s"
        )
    return {"sequenced_per_s": (size - before) / taken, "drained_per_s": placed / draining}


# -- proofs --------------------------------------------------------------------------------


def inclusion() -> tuple[tuple[float, None], tuple[float, None]]:
    """Milliseconds for the path of one entry out of the tiles on disk, nothing kept between two: median and p99."""
    from tongban.ledger.api import log_folder
    from tongban.ledger.note import read_checkpoint
    from tongban.ledger.tiles import subtree_reader
    from tongban.ledger.tree import inclusion_proof

    folder = log_folder("acts")
    checkpoint = read_checkpoint(folder.published().partition(b"\n\n")[0] + b"\n")
    chance = random.Random(SEED)

    def once() -> None:
        inclusion_proof(
            chance.randrange(checkpoint.size),
            checkpoint.size,
            subtree_reader(checkpoint.size, folder.fetch),
        )

    times = sorted(seconds(once) * 1000 for _ in range(PROOFS))
    return (times[PROOFS // 2], None), (times[PROOFS * 99 // 100], None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
