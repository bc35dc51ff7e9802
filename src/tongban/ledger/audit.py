"""The audit: every stored byte to its commitment, every commitment to its leaf, every leaf to the signed root.

Whole, from a position on, or a sample. It reads by key, a few statements for each thousand entries, and only ever
reads; its result is an act of its own.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from tongban.journal.api import (
    ORIGINS,
    EntryView,
    HeldEntry,
    PlacedRow,
    Subject,
    first_log_indexes,
    last_position,
    latest_of,
    pending_entries,
    placed_at,
    placed_of_kind,
    placed_rows,
    record,
    system,
    unplaced_entries,
    unsealed_entries,
)
from tongban.kernel.canonical import parse
from tongban.kernel.ids import uuid7
from tongban.ledger.findings import INSERTED, Finding, is_elsewhere, is_sealed, judge, judge_unplaced
from tongban.ledger.kinds import Audited
from tongban.ledger.leaves import Leaves
from tongban.ledger.models import Head
from tongban.ledger.note import BadNote, read_checkpoint
from tongban.ledger.sequencer import LogRefused, log_folder, trusted_text

BATCH = 1_000
#: So many rows that are gone are named one by one; beyond, the count says enough.
NAMED_MAX = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class AuditResult:
    """What an audit looked at, and what it found."""

    sizes: dict[str, int]
    checked: int
    sampled: int
    findings: tuple[Finding, ...]


@dataclass
class _Audit:
    """One audit at work: the logs as they stood when it began, and what it has found so far."""

    leaves: dict[str, Leaves] = field(default_factory=dict)
    roots: dict[str, bytes] = field(default_factory=dict)
    erased: set[tuple[UUID, int]] = field(default_factory=set)
    found: list[Finding] = field(default_factory=list)
    #: Log indexes whose row or placement is gone, by the commitment that the leaf there says.
    lost: dict[bytes, Finding] = field(default_factory=dict)
    #: Placements beyond the published log, by commitment.
    unlogged: dict[bytes, PlacedRow] = field(default_factory=dict)
    #: Leaves whose entries were lost with an older database, as `ledger.orphans.v1` says.
    orphaned: set[tuple[str, int]] = field(default_factory=set)
    checked: int = 0


def audit(*, sample: int = 0, start: int = 1, progress: Progress | None = None) -> AuditResult:
    """Audit the journal and both logs, from position `start`, or `sample` entries picked at random; journal the result.

    `progress` is told how many positions of how many were read.
    """
    work = _Audit()
    _open_logs(work)
    last = last_position()
    work.erased |= set(_erased(work))
    work.orphaned |= set(_orphaned(work))
    tell = progress or (lambda _done, _all: None)
    if sample:
        _sample(work, last, sample, tell)
    else:
        _sweep(work, start, last, tell)
        _roots(work)
        _unplaced(work)
    _waiting(work)
    result = AuditResult(
        sizes={origin: leaves.size for origin, leaves in work.leaves.items()},
        checked=work.checked,
        sampled=sample,
        findings=tuple(_matched(work)),
    )
    with transaction.atomic():
        act = Audited(
            sizes=result.sizes, checked=result.checked, sampled=sample, findings=len(result.findings)
        )
        record(act, on=Subject("audit", str(uuid7()), 1), by=system("audit"))
    return result


def last_audit() -> EntryView | None:
    """The result of the last audit, as it was journalled; None before the first."""
    return latest_of(Audited.kind)


def _open_logs(work: _Audit) -> None:
    """The published heads; one that its own log did not sign, or that is not the database's, is a finding."""
    heads = {head.origin: head for head in Head.objects.all()}
    for origin in ORIGINS:
        if origin not in heads:
            continue
        folder = log_folder(origin)
        note = folder.published()
        size, root = 0, b""
        if note:
            try:
                checkpoint = read_checkpoint(trusted_text(note, origin))
                size, root = checkpoint.size, checkpoint.root
                if checkpoint.origin != heads[origin].name:
                    raise BadNote("it is another log's")
            except (LogRefused, BadNote) as error:
                work.found.append(_about_file(origin, "checkpoint", f"does not hold: {error}"))
        if size > heads[origin].size or (
            size == heads[origin].size and size and root != bytes(heads[origin].root)
        ):
            work.found.append(
                Finding("ledger_head", "root", None, origin, None, "is not the published checkpoint's")
            )
        work.leaves[origin], work.roots[origin] = Leaves(folder, size), root


def _roots(work: _Audit) -> None:
    for origin, leaves in work.leaves.items():
        if leaves.size and leaves.root() != work.roots[origin]:
            work.found.append(
                _about_file(origin, "tile/0", f"does not hash to the signed root at {leaves.size} entries")
            )


def _erased(work: _Audit) -> Iterator[tuple[UUID, int]]:
    """What valid erasures cover; one that was tampered with covers nothing."""
    for row in placed_of_kind("erase.v1"):
        if row.held and not judge(row, work.leaves.get(row.origin), ()):
            said = parse(row.held.parts[0].content)
            for one in said["parts"] if isinstance(said, dict) else ():
                entry, _slash, ordinal = str(one).partition("/")
                yield UUID(entry), int(ordinal)


def _orphaned(work: _Audit) -> Iterator[tuple[str, int]]:
    """Leaves that a restored database no longer has, and whose loss was itself recorded."""
    for row in placed_of_kind("ledger.orphans.v1"):
        if row.held and not judge(row, work.leaves.get(row.origin), ()):
            said = parse(row.held.parts[0].content)
            if isinstance(said, dict):
                for one in str(said["indexes"]).split():
                    first, _dash, last = one.partition("-")
                    for index in range(int(first), int(last or first) + 1):
                        yield str(said["log"]).rpartition("/")[2], index


def _sweep(work: _Audit, start: int, last: int, tell: Progress) -> None:
    position = start - 1
    highest = dict.fromkeys(ORIGINS, -1)
    seen = {origin: bytearray(leaves.size) for origin, leaves in work.leaves.items()}
    for origin, following in first_log_indexes(start).items():
        if origin in seen:
            seen[origin][:following] = b"\1" * min(following, len(seen[origin]))
    while rows := placed_rows(after=position, until=last, limit=BATCH):
        for row in rows:
            if row.position != position + 1:
                _gone(work, range(position + 1, row.position))
                if row.log_index < highest.get(row.origin, -1):
                    what = f"was edited to {row.position}"
                    work.found.append(
                        Finding("journal_placed", "position", row.entry, row.origin, row.log_index, what)
                    )
            position, highest[row.origin] = row.position, max(row.log_index, highest.get(row.origin, -1))
            if row.log_index < len(seen.get(row.origin, b"")):
                seen[row.origin][row.log_index] = 1
            elif row.held:
                work.unlogged[row.held.commitment] = row
            _look_at(work, row)
        tell(position - start + 1, last - start + 1)
    for origin, marks in seen.items():
        _lost(work, origin, [index for index, mark in enumerate(marks) if not mark])


def _gone(work: _Audit, positions: range) -> None:
    shown = f"{positions.start}" if len(positions) == 1 else f"{positions.start} to {positions.stop - 1}"
    work.found.append(Finding("journal_placed", "position", None, "", None, f"{shown} has no row any more"))


def _lost(work: _Audit, origin: str, indexes: list[int]) -> None:
    """Leaves that no placement names; by their commitment the entry may be found again."""
    for index in indexes[:NAMED_MAX]:
        if (origin, index) in work.orphaned:
            continue
        said = work.leaves[origin].said_at(index)
        committed = bytes.fromhex(str(said["c"])) if "c" in said else f"{origin}{index}".encode()
        if row := work.unlogged.get(committed):
            what = f"was edited to {row.log_index}"
            work.found.append(Finding("journal_placed", "log_index", row.entry, origin, index, what))
        else:
            what = "the row is gone, its leaf stands"
            work.lost[committed] = Finding("journal_placed", "", None, origin, index, what)


def _look_at(work: _Audit, row: PlacedRow) -> None:
    work.checked += 1
    leaves = work.leaves.get(row.origin)
    found = judge(row, leaves, work.erased)
    if row.held is None and leaves and "c" in (said := leaves.said_at(row.log_index)):
        work.lost[bytes.fromhex(str(said["c"]))] = found.pop()
    work.found += found


def _sample(work: _Audit, last: int, sample: int, tell: Progress) -> None:
    chosen = sorted({secrets.randbelow(last) + 1 for _ in range(sample)}) if last else []
    for at in range(0, len(chosen), BATCH):
        wanted = chosen[at : at + BATCH]
        rows = placed_at(wanted)
        for missing in sorted(set(wanted) - {row.position for row in rows}):
            _gone(work, range(missing, missing + 1))
        for row in rows:
            _look_at(work, row)
            leaves = work.leaves.get(row.origin)
            if (
                leaves
                and row.log_index < leaves.size
                and not leaves.leads_to(row.log_index, work.roots[row.origin])
            ):
                path = leaves.path(row.log_index)
                work.found.append(
                    _about_file(row.origin, path, f"index {row.log_index} does not lead to the signed root")
                )
        tell(at + len(wanted), len(chosen))


def _unplaced(work: _Audit) -> None:
    """Entries without a pending or placed row: deleted rows, forged ones, or an entry whose id was edited."""
    for held in unplaced_entries():
        lost = work.lost.pop(held.commitment, None)
        if lost and lost.table == "journal_entry":
            work.found.append(
                Finding(
                    "journal_entry",
                    "id",
                    held.id,
                    lost.origin,
                    lost.log_index,
                    f"was edited, it was {lost.entry}",
                )
            )
        elif lost:
            what = "the row was deleted, its entry stands"
            work.found.append(Finding("journal_placed", "", held.id, lost.origin, lost.log_index, what))
        else:
            work.found += _stranger(held, "its pending row was deleted before it had a position")


def _stranger(held: HeldEntry, otherwise: str) -> list[Finding]:
    if is_sealed(held):
        return [Finding("journal_pending", "", held.id, "", None, otherwise), *judge_unplaced(held)]
    return [Finding("journal_entry", "", held.id, "", None, INSERTED)]


def _waiting(work: _Audit) -> None:
    """What the drainer set aside, and what waits for it."""
    for entry in unsealed_entries():
        what = "was inserted with a pending row, without the program's seal"
        work.found.append(Finding("journal_entry", "", entry, "", None, what))
    for entry, origin, held in pending_entries():
        if held is None:
            work.found.append(
                Finding("journal_pending", "", entry, origin, None, "names an entry that is not there")
            )
            continue
        if not is_sealed(held):
            work.found += _stranger(held, "")
        else:
            work.found += judge_unplaced(held)
        if is_elsewhere(str(held.columns["kind"]), origin):
            work.found.append(
                Finding("journal_pending", "origin", entry, origin, None, "names the other log")
            )


def _matched(work: _Audit) -> Iterator[Finding]:
    """The findings; a part that is gone here and was inserted there is one edit of `journal_part.entry`."""
    found = [*work.found, *work.lost.values()]
    homes = {one.digest: one for one in found if one.digest and one.gone}
    moved = {one.digest: one for one in found if one.digest in homes and not one.gone}
    for one in found:
        if one.digest not in moved:
            yield one
        elif one.gone:
            what = f"of a part was edited: it stands under {moved[one.digest].entry}"
            yield Finding("journal_part", "entry", one.entry, one.origin, one.log_index, what)


def _about_file(origin: str, path: str, what: str) -> Finding:
    return Finding(f"ledger/{origin}/{path}", "", None, origin, None, what)
