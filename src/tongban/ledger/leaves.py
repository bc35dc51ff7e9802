"""The published leaves of a log, read from its files: hashes from level 0, contents from the entry bundles."""

import json

from tongban.kernel.canonical import Json
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import HASH_BYTES, TILE_WIDTH, entries_of, subtree_reader, tile_path
from tongban.ledger.tree import EMPTY_ROOT, inclusion_proof, leaf_hash, node_hash, root_of_inclusion


class Leaves:
    """The leaves of a log of `size` entries; the last tile read is kept, so reading in order reads each file once."""

    def __init__(self, folder: LogFolder, size: int) -> None:
        self.folder, self.size = folder, size
        self._tile: tuple[int, bytes] = (-1, b"")
        self._bundle: tuple[int, list[bytes]] = (-1, [])
        self._subtree = subtree_reader(size, folder.fetch)

    def hash_at(self, index: int) -> bytes:
        """The hash of a leaf as the level 0 tile has it; empty where the file is gone or cut off."""
        number, offset = divmod(index, TILE_WIDTH)
        if self._tile[0] != number:
            self._tile = (number, self._read(self.path(index)))
        return self._tile[1][offset * HASH_BYTES : (offset + 1) * HASH_BYTES]

    def said_at(self, index: int) -> dict[str, Json]:
        """What the leaf says; empty where the bundle does not hold a leaf with the hash of the tile."""
        number, offset = divmod(index, TILE_WIDTH)
        if self._bundle[0] != number:
            try:
                entries = entries_of(self._read(self.path(index, "entries")))
            except ValueError:
                entries = []
            self._bundle = (number, entries)
        entries = self._bundle[1]
        if offset >= len(entries) or leaf_hash(entries[offset]) != self.hash_at(index):
            return {}
        said = json.loads(entries[offset])
        return said if isinstance(said, dict) else {}

    def path(self, index: int, level: int | str = 0) -> str:
        """The file that holds a leaf's hash, or with `level` "entries" its content."""
        number = index // TILE_WIDTH
        return tile_path(level, number, min(TILE_WIDTH, self.size - number * TILE_WIDTH))

    def root(self) -> bytes:
        """The root over every hash of level 0, computed anew."""
        peaks: list[tuple[int, bytes]] = []
        for index in range(self.size):
            width, hashed = 1, self.hash_at(index)
            while peaks and peaks[-1][0] == width:
                hashed = node_hash(peaks.pop()[1], hashed)
                width *= 2
            peaks.append((width, hashed))
        if not peaks:
            return EMPTY_ROOT
        root = peaks.pop()[1]
        while peaks:
            root = node_hash(peaks.pop()[1], root)
        return root

    def leads_to(self, index: int, root: bytes) -> bool:
        """Whether the path of one leaf leads to `root`."""
        try:
            path = inclusion_proof(index, self.size, self._subtree)
        except (OSError, IndexError):
            return False
        return root_of_inclusion(self.hash_at(index), index, self.size, path) == root

    def _read(self, path: str) -> bytes:
        try:
            return self.folder.fetch(path)
        except OSError:
            return b""
