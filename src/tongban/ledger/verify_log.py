"""Checking a whole log: from its signed head down to every entry, so that the one file that does not fit is named.

The head is believed by the trust policy; the unfinished tiles must lead to its root; each full tile must fold to its
hash in the tile above, which is checked already; each entry must hash to its leaf. Works from any source of files.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from tongban.ledger.heads import Refused, TrustedHead, Witnessed, trusted_head
from tongban.ledger.note import Checkpoint
from tongban.ledger.policy import NONE, Policy
from tongban.ledger.tiles import HASH_BYTES, TILE_WIDTH, Edge, Fetch, subtree_reader, tile_path
from tongban.ledger.tree import EMPTY_ROOT, range_hash

#: Called with how many of how many bottom tiles are done.
Progress = Callable[[int, int], None]
_AHEAD = 32
_PAIR = 2 * HASH_BYTES
_TILE_BYTES = TILE_WIDTH * HASH_BYTES


@dataclass(frozen=True)
class WholeLog:
    """A log of which every file fits. `with_entries`: entries were hashed too, not only the tiles above them.

    `entry_bytes` is the size of all entries; `witnessed` are the trusted witnesses of the head.
    """

    head: Checkpoint
    witnessed: Sequence[Witnessed]
    with_entries: bool
    entry_bytes: int


def verify_log(
    fetch: Fetch,
    policy: Policy,
    *,
    max_age: timedelta | None = None,
    progress: Progress | None = None,
    ahead: Executor | None = None,
) -> WholeLog:
    """Check a whole log. `fetch` gives a file by its path under the log's prefix; `ahead` fetches several at once.

    `fetch` raises PermissionError for entry bundles that we may not read (then the tiles alone are checked), and
    FileNotFoundError or another OSError for what is not there.

    Raises:
        Refused: says which of altered, incomplete, log forked, unknown log, witness missing, stale; path and index.
    """
    head, others = _heads(fetch, policy, max_age)
    checker = _Checker(head.checkpoint, fetch, progress, ahead)
    checker.check()
    for other in others:
        if root_at(other.size, head.checkpoint, fetch) != other.root:
            raise Refused(
                "log forked",
                f"The log {other.origin} signed at {other.size} entries another history than the one at "
                f"{head.checkpoint.size} entries. Keep both checkpoints: they prove it.",
            )
    return WholeLog(head.checkpoint, head.witnessed, checker.with_entries, checker.entry_bytes)


def root_at(size: int, head: Checkpoint, fetch: Fetch) -> bytes:
    """The root that a log had at `size` entries, by the tiles of its head; they must be checked before."""
    if size > head.size:
        raise Refused(
            "log forked",
            f"The log {head.origin} has {head.size} entries here and once signed {size}: it was rolled back.",
        )
    return range_hash(0, size, subtree_reader(head.size, fetch)) if size else EMPTY_ROOT


def _heads(fetch: Fetch, policy: Policy, max_age: timedelta | None) -> tuple[TrustedHead, list[Checkpoint]]:
    """The head to check against, and others that must be of the same history.

    A folder holds the log's own `checkpoint` and, with cosignatures, `witnessed`, which may be a moment older.
    """
    try:
        note = fetch("witnessed")
    except OSError:
        return trusted_head(_fetched(fetch, "checkpoint"), policy, max_age=max_age), []
    witnessed = trusted_head(note, policy, max_age=max_age)
    signed_only = Policy(policy.logs, policy.witnesses, quorum=NONE, revoked=policy.revoked)
    published = trusted_head(_fetched(fetch, "checkpoint"), signed_only)
    if published.checkpoint.origin != witnessed.checkpoint.origin:
        raise Refused("altered", "checkpoint and witnessed are the heads of two logs.")
    if published.checkpoint.size < witnessed.checkpoint.size:
        raise Refused(
            "log forked",
            f"checkpoint names {published.checkpoint.size} entries, witnessed {witnessed.checkpoint.size}: "
            "the log was rolled back.",
        )
    largest = TrustedHead(published.checkpoint, witnessed.witnessed)
    return largest, [witnessed.checkpoint]


class _Checker:
    """One pass over the files of a log."""

    def __init__(
        self, head: Checkpoint, fetch: Fetch, progress: Progress | None, ahead: Executor | None
    ) -> None:
        self.head, self.fetch, self.progress, self.ahead = head, fetch, progress, ahead
        self.with_entries = True
        self.entry_bytes = 0
        self.counts: list[int] = []
        count = head.size
        while count:
            self.counts.append(count)
            count //= TILE_WIDTH

    def check(self) -> None:
        """Check everything, from the root down."""
        edges = [self._edge(level) for level in range(len(self.counts))]
        self._check_root(edges)
        row = b""
        for level in range(len(self.counts) - 1, 0, -1):
            row = self._full_row(level, row) + edges[level]
        if self.counts:
            self._check_bottom(row, edges[0])

    # -- the right edge --------------------------------------------------------------------

    def _edge(self, level: int) -> bytes:
        width = self.counts[level] % TILE_WIDTH
        return self._tile(level, self.counts[level] // TILE_WIDTH, width) if width else b""

    def _check_root(self, edges: list[bytes]) -> None:
        levels = [[data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)] for data in edges]
        if Edge(self.head.size, levels).root() == self.head.root:
            return
        for level, data in enumerate(edges):
            if data:
                self._blame(level, self.counts[level] // TILE_WIDTH, data)
        raise Refused(
            "altered",
            f"The files hash to another root than the signed checkpoint of {self.head.origin} at {self.head.size} "
            "entries: they were rewritten after it was signed.",
        )

    # -- full tiles ------------------------------------------------------------------------

    def _full_row(self, level: int, parents: bytes) -> bytes:
        """The hashes of the full tiles of a level, each tile checked against its hash in the level above."""
        count = self.counts[level] // TILE_WIDTH
        tiles = []
        for number, data in enumerate(self._fetch_all(tile_path(level, one) for one in range(count))):
            self._check_tile(level, number, data, parents)
            tiles.append(data)
        return b"".join(tiles)

    def _check_tile(self, level: int, number: int, data: bytes, parents: bytes) -> None:
        path = tile_path(level, number)
        _check_length(path, data, TILE_WIDTH)
        if _fold(data) != parents[number * HASH_BYTES : (number + 1) * HASH_BYTES]:
            self._blame(level, number, data)
            raise Refused("altered", f"{path} does not hash to what is signed above it.")

    def _check_bottom(self, parents: bytes, edge: bytes) -> None:
        full = self.counts[0] // TILE_WIDTH
        width = self.counts[0] % TILE_WIDTH
        total = full + (1 if width else 0)
        tiles = self._fetch_all(tile_path(0, number) for number in range(full))
        bundles = self._bundles(full)
        for number, data in enumerate(tiles):
            _check_length(tile_path(0, number), data, TILE_WIDTH)
            hashes = next(bundles) if self.with_entries else None
            fits = _fold(data) == parents[number * HASH_BYTES : (number + 1) * HASH_BYTES]
            if hashes is not None and hashes != data:
                self._blame_entries(number, TILE_WIDTH, data, hashes, tile_fits=fits)
            if not fits:
                raise Refused("altered", f"{tile_path(0, number)} does not hash to what is signed above it.")
            if self.progress:
                self.progress(number + 1, total)
        if width and self.with_entries:
            hashes = self._last_bundle(full, width)
            if hashes is not None and hashes != edge:
                self._blame_entries(full, width, edge, hashes, tile_fits=True)
        if width and self.progress:
            self.progress(total, total)

    # -- entries ---------------------------------------------------------------------------

    def _bundles(self, count: int) -> Iterator[bytes | None]:
        """The leaf hashes of each full bundle; None from the first one that we may not read."""
        paths = [tile_path("entries", number) for number in range(count)]
        bundles = self._fetch_all(paths)
        for path in paths:
            try:
                data = next(bundles)
            except PermissionError:
                self.with_entries = False
                yield None
                return
            yield self._leaf_hashes(path, data, TILE_WIDTH)

    def _last_bundle(self, number: int, width: int) -> bytes | None:
        path = tile_path("entries", number, width)
        try:
            data, is_full = self._wider(path, tile_path("entries", number))
        except PermissionError:
            self.with_entries = False
            return None
        return self._leaf_hashes(path, data, width, cut=is_full)

    def _leaf_hashes(self, path: str, data: bytes, count: int, *, cut: bool = False) -> bytes:
        """The hashes of the entries of a bundle, one after another; with `cut` it may hold more than `count`."""
        hashes: list[bytes] = []
        at, end = 0, len(data)
        try:
            while at < end and not (cut and len(hashes) == count):
                begin = at + 2
                at = begin + (data[at] << 8) + data[at + 1]
                hashes.append(sha256(b"\0" + data[begin:at]).digest())
        except IndexError:
            at = end + 1
        if at > end or len(hashes) != count:
            raise Refused("altered", f"{path} is cut off or not a bundle of {count} entries.")
        self.entry_bytes += at - 2 * count
        return b"".join(hashes)

    # -- naming what does not fit ----------------------------------------------------------

    def _blame(self, level: int, number: int, data: bytes) -> None:
        """Name the hash of a tile that does not fit what lies below it, if there is one."""
        width = len(data) // HASH_BYTES
        path = tile_path(level, number, width)
        if level == 0:
            hashes = self._last_bundle(number, width) if self.with_entries else None
            if hashes is not None and hashes != data:
                self._blame_entries(number, width, data, hashes, tile_fits=False)
            return
        for place in range(width):
            below = number * TILE_WIDTH + place
            child = self._tile(level - 1, below, TILE_WIDTH)
            if _fold(child) != data[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
                raise Refused(
                    "altered",
                    f"{path}, hash {place}, is not that of {tile_path(level - 1, below)}, and does not lead to the "
                    "signed root.",
                )

    def _blame_entries(self, number: int, width: int, tile: bytes, hashes: bytes, *, tile_fits: bool) -> None:
        place = next(
            at // HASH_BYTES
            for at in range(0, len(tile), HASH_BYTES)
            if tile[at : at + HASH_BYTES] != hashes[at : at + HASH_BYTES]
        )
        index = number * TILE_WIDTH + place
        bundle, above = tile_path("entries", number, width), tile_path(0, number, width)
        if tile_fits:
            raise Refused("altered", f"{bundle}, entry {index} of the log, is not what was logged there.")
        raise Refused(
            "altered",
            f"{above}, hash {place}, is not that of entry {index}, and does not lead to the signed root.",
        )

    # -- files -----------------------------------------------------------------------------

    def _tile(self, level: int, number: int, width: int) -> bytes:
        path = tile_path(level, number, width)
        data, is_full = self._wider(path, tile_path(level, number))
        if is_full and len(data) == _TILE_BYTES:
            data = data[: width * HASH_BYTES]
        _check_length(path, data, width)
        return data

    def _wider(self, path: str, full: str) -> tuple[bytes, bool]:
        """A partial file, or the full one that took its place; and whether it is that."""
        try:
            return self.fetch(path), False
        except FileNotFoundError:
            pass
        except PermissionError:
            raise
        except (OSError, ValueError) as error:
            raise Refused("incomplete", f"{path} cannot be read: {error}.") from error
        try:
            return self.fetch(full), True
        except FileNotFoundError as error:
            raise Refused("incomplete", f"{path} is missing.") from error

    def _fetch_all(self, paths: Iterable[str]) -> Iterator[bytes]:
        """The files at `paths` in order, some of them ahead of being asked for."""
        if self.ahead is None:
            for path in paths:
                yield _fetched(self.fetch, path)
            return
        waiting: deque[Future[bytes]] = deque()
        try:
            for path in paths:
                waiting.append(self.ahead.submit(_fetched, self.fetch, path))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _fold(data: bytes) -> bytes:
    """The hash over a power of two of sibling hashes, one after another."""
    while len(data) > HASH_BYTES:
        data = b"".join([sha256(b"\1" + data[at : at + _PAIR]).digest() for at in range(0, len(data), _PAIR)])
    return data


def _check_length(path: str, data: bytes, width: int) -> None:
    if len(data) != width * HASH_BYTES:
        raise Refused("altered", f"{path} has {len(data)} bytes, not {width * HASH_BYTES}.")


def _fetched(fetch: Fetch, path: str) -> bytes:
    try:
        return fetch(path)
    except PermissionError:
        raise
    except FileNotFoundError as error:
        raise Refused("incomplete", f"{path} is missing.") from error
    except (OSError, ValueError, KeyError) as error:
        raise Refused("incomplete", f"{path} cannot be read: {error}.") from error
