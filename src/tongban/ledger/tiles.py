"""Tiles and entry bundles (C2SP tlog-tiles): their paths, how a tree grows in them, how hashes are read from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tongban.ledger.tree import EMPTY_ROOT, node_hash

TILE_WIDTH = 256
HASH_BYTES = 32
ENTRY_BYTES_MAX = 65_535
_LEVEL_BITS = 8

#: Gives the bytes of a file of the log by its path under the log's prefix.
Fetch = Callable[[str], bytes]


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile (`level` 0..63) or of a bundle (`level` "entries"); partial when `width` < 256."""
    digits = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        digits.insert(0, f"x{number % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(digits)}{partial}"


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """Entries one after another, each after its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(bundle: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        ValueError: the bundle is cut off.
    """
    entries, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entry = bundle[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(bundle):
            raise ValueError("the entry bundle is cut off")
        entries.append(entry)
        at += 2 + length
    return entries


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of sibling hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


@dataclass
class Edge:
    """The right edge of a log: per level the hashes of the unfinished tile, and the unfinished bundle's entries."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    def root(self) -> bytes:
        """The root over all `size` leaves: the complete subtrees, from the right, folded together."""
        peaks = []
        for hashes in reversed(self.levels):
            at = 0
            for bit in range(_LEVEL_BITS - 1, -1, -1):
                if len(hashes) & (1 << bit):
                    peaks.append(fold(hashes[at : at + (1 << bit)]))
                    at += 1 << bit
        if not peaks:
            return EMPTY_ROOT
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root


def grow(edge: Edge, entries: Sequence[bytes], leaf_hashes: Sequence[bytes]) -> tuple[Edge, dict[str, bytes]]:
    """Append leaves; returns the new edge and every new file (full and partial tiles and bundles) by path."""
    files: dict[str, bytes] = {}
    pending_entries = edge.entries + list(entries)
    number = edge.size // TILE_WIDTH
    while len(pending_entries) >= TILE_WIDTH:
        files[tile_path("entries", number)] = bundle_of(pending_entries[:TILE_WIDTH])
        pending_entries, number = pending_entries[TILE_WIDTH:], number + 1
    if pending_entries:
        files[tile_path("entries", number, len(pending_entries))] = bundle_of(pending_entries)
    levels, rising, level = [], list(leaf_hashes), 0
    while rising or level < len(edge.levels):
        before = edge.levels[level] if level < len(edge.levels) else []
        number = (edge.size >> (_LEVEL_BITS * level)) // TILE_WIDTH
        row, carried = before + rising, []
        while len(row) >= TILE_WIDTH:
            full = row[:TILE_WIDTH]
            files[tile_path(level, number)] = b"".join(full)
            carried.append(fold(full))
            row, number = row[TILE_WIDTH:], number + 1
        if row and rising:
            files[tile_path(level, number, len(row))] = b"".join(row)
        levels.append(row)
        rising, level = carried, level + 1
    return Edge(edge.size + len(entries), levels, pending_entries), files


def read_edge(size: int, fetch: Fetch, *, with_entries: bool = True) -> Edge:
    """Read the right edge of a log of `size` leaves back from its files."""
    edge = Edge(size)
    level, count = 0, size
    while count:
        width = count % TILE_WIDTH
        data = fetch(tile_path(level, count // TILE_WIDTH, width)) if width else b""
        edge.levels.append([data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)])
        level, count = level + 1, count // TILE_WIDTH
    if with_entries and (width := size % TILE_WIDTH):
        edge.entries = entries_of(fetch(tile_path("entries", size // TILE_WIDTH, width)))
    return edge


def subtree_reader(size: int, fetch: Fetch) -> Callable[[int, int], bytes]:
    """A reader of complete subtree hashes from the tiles of a log of `size` leaves; each tile is fetched once."""
    cached: dict[tuple[int, int], bytes] = {}

    def tile(level: int, number: int) -> bytes:
        if (level, number) not in cached:
            count = size >> (_LEVEL_BITS * level)
            width = min(TILE_WIDTH, count - number * TILE_WIDTH)
            cached[level, number] = fetch(tile_path(level, number, width))
        return cached[level, number]

    def subtree(low: int, high: int) -> bytes:
        level, rest = divmod((high - low).bit_length() - 1, _LEVEL_BITS)
        number, offset = divmod(low >> (_LEVEL_BITS * level), TILE_WIDTH)
        data = tile(level, number)
        hashes = [data[i * HASH_BYTES : (i + 1) * HASH_BYTES] for i in range(offset, offset + (1 << rest))]
        return fold(hashes)

    return subtree


def fetch_from(files: Mapping[str, bytes]) -> Fetch:
    """A `Fetch` over files held in memory."""
    return files.__getitem__
