"""Judging one row of the journal against the log: which column was edited, and at which index.

What is believed, in this order: the leaf under the signed root, the seal, the marks; all three are out of reach of
whoever only has the database.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from tongban.journal.api import (
    HeldEntry,
    HeldPart,
    PlacedRow,
    edited_columns,
    find_kind,
    is_salt_marked,
    seal,
)
from tongban.kernel.canonical import Json
from tongban.kernel.commitment import commitment, part_hash
from tongban.ledger.leaf import leaf_of
from tongban.ledger.leaves import Leaves
from tongban.ledger.tree import leaf_hash

#: Parts that an `erase.v1` covers, as (entry, ordinal).
Erased = Collection[tuple[UUID, int]]


@dataclass(frozen=True)
class Finding:
    """Something that the program did not write, or wrote and no longer finds.

    `column` is empty when a whole row is meant; `log_index` is None for what never had one. `digest` lets a part that
    is missing be found again under another entry.
    """

    table: str
    column: str
    entry: UUID | None
    origin: str
    log_index: int | None
    what: str
    digest: bytes = b""
    #: Something is missing, rather than other than it was.
    gone: bool = False

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        index = "" if self.log_index is None else f", {self.origin} index {self.log_index}"
        return f"{where}: {self.what} (entry {self.entry or 'unknown'}{index})"


Say = Callable[..., Finding]
INSERTED = "was inserted behind the program's back"


def judge(row: PlacedRow, leaves: Leaves | None, erased: Erased) -> list[Finding]:
    """What is wrong with a placed entry; nothing for nearly all of them.

    `leaves` is None, or too short, for what is not in the published log yet.
    """
    held, logged = row.held, leaves if leaves and row.log_index < leaves.size else None

    def say(
        column: str, what: str, *, table: str = "journal_entry", digest: bytes = b"", gone: bool = False
    ) -> Finding:
        return Finding(table, column, row.entry, row.origin, row.log_index, what, digest, gone)

    if held is None:
        return [say("", "the row is gone")]
    said = logged.said_at(row.log_index) if logged else {}
    truth = bytes.fromhex(str(said["c"])) if "c" in said else b""
    found = _parts(held, truth, erased, say)
    found += _columns(held, truth, say)
    if is_elsewhere(str(held.columns["kind"]), row.origin):
        found.append(say("origin", "names the other log", table="journal_placed"))
    found += [
        say("", f"the line in the footprint of part {part.ordinal}'s person is gone", table="journal_subject")
        for part in held.parts
        if part.subject and part.subject not in row.traced and not found and _is_about(part)
    ]
    if logged and not truth:
        level = "entries" if leaf_hash(_leaf(row, held)) == logged.hash_at(row.log_index) else 0
        path = f"ledger/{row.origin}/{logged.path(row.log_index, level)}"
        found.append(say("", "does not hold this leaf", table=path))
    if logged and not found and said != _expected(held) and _differs(row, held, logged):
        what = "or entry was edited: the leaf at this index is another's"
        found.append(say("log_index", what, table="journal_placed"))
    return found


def judge_unplaced(held: HeldEntry) -> list[Finding]:
    """What is wrong with an entry that nobody placed; whether it may be unplaced is for the caller to say."""

    def say(
        column: str, what: str, *, table: str = "journal_entry", digest: bytes = b"", gone: bool = False
    ) -> Finding:
        return Finding(table, column, held.id, "", None, what, digest, gone)

    return _parts(held, b"", (), say) + _columns(held, b"", say)


def is_elsewhere(kind: str, origin: str) -> bool:
    """Whether this kind goes to another log; of a kind that nobody knows, nothing is said."""
    known = find_kind(kind)
    return known is not None and known.origin != origin


def is_sealed(held: HeldEntry) -> bool:
    """Whether the program wrote this entry with this commitment."""
    return compare_digest(seal(held.id, held.commitment), held.seal)


def _columns(held: HeldEntry, truth: bytes, say: Say) -> list[Finding]:
    committed = commitment(held.columns, held.part_hashes)
    edited = edited_columns(held.id, held.columns, held.marks) if held.marks else []
    sealed = is_sealed(held)
    if committed == held.commitment and truth in (b"", committed):
        if sealed:
            return [say("marks", "was edited")] if edited else []
        return [say("seal", "was edited")] if truth else [say("", INSERTED)]
    if committed != held.commitment and _is_true(held, committed, truth):
        return [say("commitment", "was edited")]
    if _is_true(held, _recommitted(held), truth):
        return [say("part_hashes", "was edited")]
    if not (sealed or truth or edited) or ("id" in edited and not (sealed or truth)):
        return [say("", INSERTED)]
    named = ["id"] if "id" in edited else edited
    unmarked = say("", "one of its columns was edited; the row has no marks to tell which")
    return [say(name, "was edited") for name in named] or [unmarked]


def _is_true(held: HeldEntry, committed: bytes, truth: bytes) -> bool:
    """Whether this commitment is the one of the leaf, or without a leaf the one that was sealed."""
    return committed == truth if truth else compare_digest(seal(held.id, committed), held.seal)


def _recommitted(held: HeldEntry) -> bytes:
    """The commitment with the hashes of the parts as they are stored now."""
    hashes = list(held.part_hashes)
    for part in held.parts:
        if part.ordinal < len(hashes):
            hashes[part.ordinal] = part_hash(part.salt, part.content)
    return commitment(held.columns, hashes)


def _parts(held: HeldEntry, truth: bytes, erased: Erased, say: Say) -> list[Finding]:
    hashes = held.part_hashes
    if any(True for _ in _altered(held, hashes)) and _is_true(held, _recommitted(held), truth):
        return []  # the parts are right, the list of their hashes is not
    found = [
        say(
            "bytes" if _salt_holds(held, part) else "salt",
            f"of part {part.ordinal} was edited",
            table="journal_part",
        )
        for part in _altered(held, hashes)
    ]
    present = {part.ordinal: part for part in held.parts}
    missing = {
        hashes[ordinal]: ordinal
        for ordinal in range(len(hashes))
        if ordinal not in present and (held.id, ordinal) not in erased
    }
    for ordinal, part in present.items():
        digest = part_hash(part.salt, part.content)
        if ordinal < len(hashes):
            if part.subject is not None and not _is_about(part):
                found.append(say("subject", f"of part {ordinal} was edited", table="journal_part"))
        elif digest in missing:
            found.append(say("ordinal", f"of part {missing.pop(digest)} was edited", table="journal_part"))
        else:
            found.append(say("", f"part {ordinal} was inserted", table="journal_part", digest=digest))
    found += [
        say(
            "",
            f"part {ordinal} is gone and no erase.v1 covers it",
            table="journal_part",
            digest=digest,
            gone=True,
        )
        for digest, ordinal in missing.items()
    ]
    return found


def _altered(held: HeldEntry, hashes: Sequence[bytes]) -> Iterator[HeldPart]:
    for part in held.parts:
        if part.ordinal < len(hashes) and part_hash(part.salt, part.content) != hashes[part.ordinal]:
            yield part


def _salt_holds(held: HeldEntry, part: HeldPart) -> bool:
    return not held.marks or is_salt_marked(
        held.id, held.columns, held.marks, ordinal=part.ordinal, salt=part.salt
    )


def _is_about(part: HeldPart) -> bool:
    try:
        said = json.loads(part.content)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("subject") == str(part.subject)


def _expected(held: HeldEntry) -> dict[str, Json]:
    """What a leaf of `acts` says; where the leaf under the root says just that, nothing need be hashed."""
    hour = str(held.columns["recorded_at"])[:13]
    return {
        "v": 1,
        "t": held.columns["kind"],
        "org": held.columns["agency"],
        "d": hour,
        "c": held.commitment.hex(),
    }


def _differs(row: PlacedRow, held: HeldEntry, leaves: Leaves) -> bool:
    return leaf_hash(_leaf(row, held)) != leaves.hash_at(row.log_index)


def _leaf(row: PlacedRow, held: HeldEntry) -> bytes:
    common = next((part.content for part in held.parts if part.ordinal == 0), b"")
    return leaf_of(
        kind=str(held.columns["kind"]),
        agency=str(held.columns["agency"]),
        recorded_at=held.recorded_at,
        commitment=held.commitment,
        content=common if row.origin == "public" else b"",
    )
