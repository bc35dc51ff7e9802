"""Tiles and entry bundles (C2SP tlog-tiles): their paths, how a tree grows in them, how hashes are read from them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tongban.ledger.tree import EMPTY_ROOT, leaf_hash, node_hash

TILE_WIDTH = 256
HASH_BYTES = 32
ENTRY_BYTES_MAX = 65_535
_LEVEL_BITS = 8
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)

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


@dataclass(frozen=True)
class Tile:
    """What a path names: the tile `number` of a level (a bundle if `level` is "entries"), partial if `width` < 256."""

    level: int | str
    number: int
    width: int

    @property
    def path(self) -> str:
        """The path under the log's prefix."""
        return tile_path(self.level, self.number, self.width)

    @property
    def is_bundle(self) -> bool:
        """Whether it holds entries, not hashes."""
        return self.level == "entries"

    def is_within(self, size: int) -> bool:
        """Whether a log of `size` leaves has all of it."""
        bits = 0 if isinstance(self.level, str) else _LEVEL_BITS * self.level
        return self.number * TILE_WIDTH + self.width <= size >> bits

    def cut_from(self, data: bytes) -> bytes:
        """Its bytes out of those of the same or a wider tile.

        Raises:
            ValueError: `data` is shorter than this tile, or cut off.
        """
        end = _end_of(data, self.width) if self.is_bundle else self.width * HASH_BYTES
        if end > len(data):
            raise ValueError(f"{self.path} is cut off")
        return data[:end]


def read_tile_path(path: str) -> Tile | None:
    """The tile that a path names; None if it is not written exactly as the specification writes it."""
    match = _PATH.fullmatch(path)
    if not match:
        return None
    level = match["level"]
    number = int(match["number"].replace("/", "").replace("x", ""))
    tile = Tile(level if level == "entries" else int(level), number, int(match["width"] or TILE_WIDTH))
    return tile if tile.path == path else None


def _end_of(bundle: bytes, count: int) -> int:
    """Where the entry `count` of a bundle ends; beyond its end if it has fewer."""
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big") if at + 2 <= len(bundle) else 2
    return at


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
    full, rest = _tiled(edge.entries + list(entries))
    for number, bundle in enumerate(full, edge.size // TILE_WIDTH):
        files[tile_path("entries", number)] = bundle_of(bundle)
    size = edge.size + len(entries)
    if rest and entries:
        files[tile_path("entries", size // TILE_WIDTH, len(rest))] = bundle_of(rest)
    levels, rising, level = [], list(leaf_hashes), 0
    while rising or level < len(edge.levels):
        before = edge.levels[level] if level < len(edge.levels) else []
        whole, row = _tiled(before + rising)
        for number, tile in enumerate(whole, (edge.size >> (_LEVEL_BITS * level)) // TILE_WIDTH):
            files[tile_path(level, number)] = b"".join(tile)
        if row and rising:
            files[tile_path(level, (size >> (_LEVEL_BITS * level)) // TILE_WIDTH, len(row))] = b"".join(row)
        levels.append(row)
        rising, level = [fold(tile) for tile in whole], level + 1
    return Edge(size, levels, rest), files


def _tiled(row: list[bytes]) -> tuple[list[list[bytes]], list[bytes]]:
    """A row cut into full tiles, and what is left over."""
    end = len(row) - len(row) % TILE_WIDTH
    return [row[at : at + TILE_WIDTH] for at in range(0, end, TILE_WIDTH)], row[end:]


def edge_files(edge: Edge) -> dict[str, bytes]:
    """The unfinished tiles and the unfinished bundle of a right edge, by path."""
    files = {}
    for level, row in enumerate(edge.levels):
        if row:
            number = (edge.size >> (_LEVEL_BITS * level)) // TILE_WIDTH
            files[tile_path(level, number, len(row))] = b"".join(row)
    if edge.entries:
        files[tile_path("entries", edge.size // TILE_WIDTH, len(edge.entries))] = bundle_of(edge.entries)
    return files


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


class BadTile(ValueError):  # noqa: N818 - the sentence says what is wrong
    """A file of the log is missing or does not hash to what is signed above it; `path` is the file."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} {why}")
        self.path = path


def check_tiles(size: int, root: bytes, fetch: Fetch) -> Iterator[tuple[int, list[bytes]]]:
    """Hash a whole log of `size` leaves again, from its entries up; yields the first index and entries of each bundle.

    The last word is said only after the last bundle.

    Raises:
        BadTile: names the first file that is missing or does not fit.
    """
    edge = Edge()
    for number in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - edge.size)
        path = tile_path("entries", number, width)
        try:
            entries = entries_of(_fetched(path, fetch))
        except BadTile:
            raise
        except ValueError as error:
            raise BadTile(path, f"cannot be read: {error}") from error
        if len(entries) != width:
            raise BadTile(path, f"holds {len(entries)} entries instead of {width}")
        first = edge.size
        edge, files = grow(edge, entries, [leaf_hash(entry) for entry in entries])
        _compare(
            {name: data for name, data in files.items() if name != path and ".p/" not in name}, path, fetch
        )
        yield first, entries
    unfinished = edge_files(edge)
    _compare({name: data for name, data in unfinished.items() if "entries" not in name}, "the entries", fetch)
    if edge.root() != root:
        raise BadTile("checkpoint", f"at {size} entries names another root than the entries hash to")


def _compare(derived: Mapping[str, bytes], source: str, fetch: Fetch) -> None:
    for path, data in derived.items():
        if _fetched(path, fetch) != data:
            raise BadTile(path, f"does not hold the hashes of {source}; one of the two was altered")


def _fetched(path: str, fetch: Fetch) -> bytes:
    try:
        return fetch(path)
    except (OSError, ValueError) as error:
        raise BadTile(path, "is missing or cannot be read") from error


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
