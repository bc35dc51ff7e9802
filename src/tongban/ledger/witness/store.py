"""What the witness remembers: of each log the last head it cosigned, and every note that contradicts one. SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

#: `forked`: two roots for one size, which proves a fork by itself. `unproved`: a larger head whose consistency nobody
#: has shown yet; anybody can cause it with a wrong proof, so it lapses when a right one comes.
EvidenceKind = Literal["forked", "unproved"]
UNPROVED_MAX = 1_000

_TABLES = """
create table if not exists head (
    origin text primary key, size integer not null check (size >= 0), root blob not null check (length(root) = 32),
    note blob not null, cosigned_at integer not null
) strict;
create table if not exists evidence (
    id integer primary key autoincrement, origin text not null, kind text not null check (kind in ('forked', 'unproved')),
    seen_at integer not null, size integer not null, root blob not null, earlier blob not null, later blob not null,
    unique (origin, kind, size, root)
) strict;
"""


@dataclass(frozen=True)
class Head:
    """The last head of a log that was cosigned: `note` with the log's signatures and ours; POSIX seconds."""

    size: int
    root: bytes
    note: bytes
    cosigned_at: int


@dataclass(frozen=True)
class Evidence:
    """Two notes that a log signed and that do not go together."""

    number: int
    kind: EvidenceKind
    seen_at: int
    size: int
    earlier: bytes
    later: bytes


class WitnessStore:
    """One SQLite file. Every write is durable when its transaction ends."""

    def __init__(self, path: Path) -> None:
        self._link = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
        self._lock = Lock()
        self._link.execute("pragma journal_mode = wal")
        self._link.execute("pragma synchronous = full")
        self._link.executescript(_TABLES)
        path.chmod(0o600)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """A block that nobody else writes in, other processes included; what it wrote is kept if it ends well."""
        with self._lock:
            self._link.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._link.execute("rollback")
                raise
            self._link.execute("commit")

    def head(self, origin: str) -> Head | None:
        """The last head of `origin`; ask inside `deciding` if a decision hangs on it."""
        row = self._link.execute(
            "select size, root, note, cosigned_at from head where origin = ?", [origin]
        ).fetchone()
        return Head(*row) if row else None

    def keep_head(self, origin: str, head: Head) -> None:
        """Take `head` as the last one of `origin`; what doubted it lapses."""
        self._link.execute(
            "insert or replace into head values (?, ?, ?, ?, ?)",
            [origin, head.size, head.root, head.note, head.cosigned_at],
        )
        self._link.execute(
            "delete from evidence where origin = ? and kind = 'unproved' and size = ? and root = ?",
            [origin, head.size, head.root],
        )

    def keep_evidence(
        self,
        origin: str,
        kind: EvidenceKind,
        *,
        at: int,
        size: int,
        root: bytes,
        earlier: bytes,
        later: bytes,
    ) -> None:
        """Keep two notes that do not go together; the same head is kept once."""
        self._link.execute(
            "insert or ignore into evidence (origin, kind, seen_at, size, root, earlier, later)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            [origin, kind, at, size, root, earlier, later],
        )
        self._link.execute(
            "delete from evidence where origin = ?1 and kind = 'unproved' and id not in"
            " (select id from evidence where origin = ?1 and kind = 'unproved' order by id desc limit ?2)",
            [origin, UNPROVED_MAX],
        )

    def evidence(self, origin: str) -> list[Evidence]:
        """What is held against `origin`, oldest first, proofs of forks before what is only unproved."""
        rows = self._link.execute(
            "select id, kind, seen_at, size, earlier, later from evidence where origin = ?"
            " order by kind, id limit 1000",
            [origin],
        )
        return [Evidence(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._link.close()
