"""Bringing a log and a database together after one of the two was restored from a backup.

Whichever signed head is larger is the truth, since it was given out; it is believed only after its whole tree was
hashed again. A database that is behind takes the log's head, and its entries find their leaves by commitment. Files
that are behind, or altered, are built anew from the journal, if they then hash to the signed head.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction

from tongban.journal.api import (
    Subject,
    keep_orphans,
    leaf_sources,
    place_everything,
    record,
    relocate,
    system,
)
from tongban.kernel import clock
from tongban.ledger.kinds import LeavesOrphaned, LogAdopted
from tongban.ledger.leaf import commitment_of
from tongban.ledger.models import Head
from tongban.ledger.note import BadNote, Checkpoint, read_checkpoint
from tongban.ledger.sequencer import LogRefused, leaf_from, log_folder, signed, trusted_text
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import (
    TILE_WIDTH,
    BadTile,
    Edge,
    check_tiles,
    edge_files,
    entries_of,
    grow,
    read_edge,
    read_tile_path,
    subtree_reader,
    tile_path,
)
from tongban.ledger.tree import leaf_hash, range_hash

#: Entries that are read, hashed and written at a time: whole tiles of two levels.
_CHUNK = TILE_WIDTH * TILE_WIDTH
_RANGES_IN_AN_ENTRY = 1_000


@dataclass(frozen=True)
class Adopted:
    """What was done to one log.

    `rebuilt` files were written from the journal; `matched` entries met their leaves again, `orphans` leaves have no
    entry any more, and the head went from `size_before` to `size_after`.
    """

    origin: str
    size_before: int
    size_after: int
    matched: int
    orphans: int
    rebuilt: int


def adopt(origin: str) -> Adopted:
    """Bring the log `origin` and the database together, as the owner; changes nothing where both fit.

    Raises:
        LogRefused: neither side can be made to fit what was signed; nothing was changed.
    """
    folder = log_folder(origin)
    with transaction.atomic():
        place_everything()
        head = Head.objects.select_for_update().filter(origin=origin).first()
        if head is None:
            raise LogRefused(f"There is no log {origin} yet. Create the logs with: tongban ledger create")
        given_out = [
            one for one in (_read(folder.published(), origin), _read(folder.witnessed(), origin)) if one
        ]
        _check_same_roots([Checkpoint(head.name, head.size, bytes(head.root)), *given_out])
        largest = max(given_out, key=lambda one: one.size, default=None)
        if largest is not None and largest.size > head.size:
            adopted = _take_over(head, largest, given_out, folder)
        else:
            rebuilt = _rebuild(head, given_out, folder)
            adopted = Adopted(origin, head.size, head.size, 0, 0, rebuilt)
        Head.objects.filter(origin=origin).update(refusal="", refused_at=None)
    if head.size:
        folder.republish(head.checkpoint.encode())
    return adopted


def _read(note: bytes, origin: str) -> Checkpoint | None:
    """A checkpoint that this log signed; None if there is none or it was altered, which proves nothing."""
    try:
        return read_checkpoint(trusted_text(note, origin)) if note else None
    except (LogRefused, BadNote):
        return None


def _check_same_roots(heads: list[Checkpoint]) -> None:
    roots: dict[int, bytes] = {}
    for head in heads:
        if roots.setdefault(head.size, head.root) != head.root:
            raise _forked(head.size)


def _forked(size: int) -> LogRefused:
    return LogRefused(
        f"The log was signed with two histories: there are two roots for its first {size} entries. "
        "Keep database and files, they are evidence; nothing was changed."
    )


# -- the database is behind ----------------------------------------------------------------


def _take_over(head: Head, target: Checkpoint, given_out: list[Checkpoint], folder: LogFolder) -> Adopted:
    origin, before = head.origin, head.size
    leaves = _check_whole(target, before, folder, origin)
    _check_one_history([Checkpoint(head.name, before, bytes(head.root)), *given_out], target, folder)
    by_commitment = {committed: index for index, committed in leaves.items()}
    found = relocate(origin, start=before, leaves=by_commitment, then=target.size)
    orphans = {index: committed for index, committed in leaves.items() if index not in found}
    head.size, head.root, head.signed_at = target.size, target.root, clock.real_now()
    head.checkpoint = signed(target, origin)
    head.save(update_fields=["size", "root", "signed_at", "checkpoint"])
    if orphans:
        keep_orphans(origin, orphans)
    on = Subject("log", origin, max(target.size, 1))
    ranges = _ranges(sorted(orphans))
    for at in range(0, len(ranges), _RANGES_IN_AN_ENTRY):
        named = " ".join(ranges[at : at + _RANGES_IN_AN_ENTRY])
        record(LeavesOrphaned(log=origin, indexes=named), on=on, by=system("ledger"))
    record(
        LogAdopted(
            log=origin,
            size_before=before,
            size_after=target.size,
            matched=len(found),
            orphans=len(orphans),
        ),
        on=on,
        by=system("ledger"),
    )
    return Adopted(origin, before, target.size, len(found), len(orphans), 0)


def _check_whole(target: Checkpoint, start: int, folder: LogFolder, origin: str) -> dict[int, bytes]:
    """Hash every file of the log again; returns the commitments of the leaves from `start` on, by index."""
    commitments = {}
    try:
        for first, entries in check_tiles(target.size, target.root, folder.fetch):
            for index, entry in enumerate(entries, first):
                if index >= start:
                    commitments[index] = commitment_of(entry)
    except BadTile as bad:
        raise LogRefused(
            f"The database is behind the published log {origin} and the files do not hold: {bad}. "
            "Restore the files of the log, or a newer backup of the database, and try again."
        ) from bad
    return commitments


def _check_one_history(heads: list[Checkpoint], target: Checkpoint, folder: LogFolder) -> None:
    subtree = subtree_reader(target.size, folder.fetch)
    for head in heads:
        if range_hash(0, head.size, subtree) != head.root:
            raise _forked(head.size)


def _ranges(indexes: list[int]) -> list[str]:
    """`17`, `20-31`: runs of indexes, in order."""
    if not indexes:
        return []
    starts = [indexes[0], *(after for before, after in pairwise(indexes) if after != before + 1)]
    ends = [*(before for before, after in pairwise(indexes) if after != before + 1), indexes[-1]]
    return [str(low) if low == high else f"{low}-{high}" for low, high in zip(starts, ends, strict=True)]


# -- the files are behind, or altered ------------------------------------------------------


def _rebuild(head: Head, given_out: list[Checkpoint], folder: LogFolder) -> int:
    """Write every file anew that is missing or differs, if all of them lead to the signed head; returns how many."""
    if _holds(head, given_out, folder):
        return _drop_odd_partials(head, folder)
    roots = {one.size: one.root for one in given_out} | {head.size: bytes(head.root)}
    edge = Edge()
    for edge, _files in _grown(head, folder, sorted(roots)):
        if edge.size in roots and edge.root() != roots[edge.size]:
            raise LogRefused(
                f"The journal does not hash to the head of {head.origin} that was signed at {edge.size} entries: "
                "entries were altered or removed. Nothing was changed; find them with: tongban ledger audit"
            )
    written = 0
    for _edge, files in _grown(head, folder, [head.size]):
        wrong = {path: data for path, data in files.items() if not _stands(path, data, folder)}
        folder.write(wrong)
        written += len(wrong)
    return written + _drop_odd_partials(head, folder)


def _drop_odd_partials(head: Head, folder: LogFolder) -> int:
    """Remove earlier partials that are no beginning of the present ones, which then stand in for them."""
    dropped = 0
    for path in edge_files(read_edge(head.size, folder.fetch)):
        whole = folder.folder / path
        for partial in whole.parent.iterdir():
            tile = read_tile_path(str(partial.relative_to(folder.folder)))
            if (
                tile
                and tile.is_within(head.size)
                and tile.cut_from(whole.read_bytes()) != partial.read_bytes()
            ):
                partial.unlink()
                dropped += 1
    return dropped


def _holds(head: Head, given_out: list[Checkpoint], folder: LogFolder) -> bool:
    """Whether the files are whole as they are."""
    try:
        for _bundle in check_tiles(head.size, bytes(head.root), folder.fetch):
            pass
    except BadTile:
        return False
    _check_one_history(given_out, Checkpoint(head.name, head.size, bytes(head.root)), folder)
    return True


def _grown(head: Head, folder: LogFolder, stops: list[int]) -> Iterator[tuple[Edge, dict[str, bytes]]]:
    """Grow the log anew, up to each of `stops` and in chunks; yields the edge so far and its new files.

    Only the last one's unfinished tiles are among the files.
    """
    edge = Edge()
    ends = sorted({*stops, *range(_CHUNK, head.size, _CHUNK)} - {0})
    for end in ends:
        leaves = _leaves(head, edge.size, end, folder)
        edge, files = grow(edge, leaves, [leaf_hash(leaf) for leaf in leaves])
        whole = {path: data for path, data in files.items() if ".p/" not in path}
        yield edge, whole | (edge_files(edge) if end == head.size else {})


def _leaves(head: Head, start: int, end: int, folder: LogFolder) -> list[bytes]:
    """The leaves of a range, from the journal; those whose entry is lost, from their bundle."""
    held = {
        source.log_index: leaf_from(source)
        for source in leaf_sources(head.origin, start=start, limit=end - start)
        if source.log_index < end
    }
    for index in range(start, end):
        if index not in held:
            held[index] = _from_bundle(head, index, folder)
    return [held[index] for index in range(start, end)]


def _from_bundle(head: Head, index: int, folder: LogFolder) -> bytes:
    number, offset = divmod(index, TILE_WIDTH)
    width = min(TILE_WIDTH, head.size - number * TILE_WIDTH)
    try:
        return entries_of(folder.fetch(tile_path("entries", number, width)))[offset]
    except (OSError, ValueError, IndexError) as error:
        raise LogRefused(
            f"Entry {index} of {head.origin} is neither in the journal nor in the files of the log. "
            "Restore the one or the other from a newer backup; nothing was changed."
        ) from error


def _stands(path: str, data: bytes, folder: LogFolder) -> bool:
    try:
        return (folder.folder / path).read_bytes() == data
    except OSError:
        return False
