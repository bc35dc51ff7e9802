"""The folder of a log's files: tiles, bundles, the published checkpoint, and what is staged for the next one.

Every file is durable before the checkpoint that needs it is published, and the staged copy goes only after that
(docs/decisions/0010).
"""

import fcntl
import io
import itertools
import os
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tongban.kernel.files import sync_folder, write_durably
from tongban.ledger.note import read_checkpoint
from tongban.ledger.tiles import TILE_WIDTH, Tile, read_tile_path

#: So many files are written at once: each waits for the disk, not for us.
WRITERS = 16
#: How long a sequencer waits for another one that is publishing.
PATIENCE_S = 5.0

_numbers = itertools.count()


class LogFolder:
    """Files of one log. Tiles and bundles are immutable; only `checkpoint` and `witnessed` are ever replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staging = folder / "staging"

    def fetch(self, path: str) -> bytes:
        """The bytes of a tile or bundle; a partial that a wider one replaced is cut out of that.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the wider file is cut off.
        """
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            tile = read_tile_path(path)
            wider = self._wider(tile) if tile and tile.width < TILE_WIDTH else None
            if tile is None or wider is None:
                raise
        return tile.cut_from(wider.read_bytes())

    def published(self) -> bytes:
        """The checkpoint that the sequencer published; empty before the first one."""
        return self._note("checkpoint")

    def witnessed(self) -> bytes:
        """The last checkpoint with enough cosignatures; empty while there is none."""
        return self._note("witnessed")

    def stage(self, name: str, files: Mapping[str, bytes]) -> None:
        """Keep `files` durably under the name of their head, before that head is signed and committed."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, data in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        write_durably(self._staged(name), packed.getvalue())

    def staged(self, name: str) -> dict[str, bytes]:
        """The staged files of a head, by path.

        Raises:
            FileNotFoundError: nothing is staged under that name.
            ValueError: what is staged is cut off.
        """
        data = self._staged(name).read_bytes()
        files = {}
        try:
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for entry in archive:
                    content = archive.extractfile(entry)
                    if content is not None:
                        files[entry.name] = content.read()
        except tarfile.TarError as error:
            raise ValueError(f"staging/{name}.tar is cut off") from error
        return files

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write tiles and bundles durably to their places; may be repeated, by several at once."""
        self._staging.mkdir(parents=True, exist_ok=True)
        changed = {(self.folder / path).parent for path in files}
        for folder in [folder for folder in changed if not folder.exists()]:
            folder.mkdir(parents=True, exist_ok=True)
            changed.update(parent for parent in folder.parents if parent.is_relative_to(self.folder))
        with ThreadPoolExecutor(min(WRITERS, len(files) or 1)) as pool:
            list(pool.map(self._write, files, files.values()))
        for folder in changed:
            sync_folder(folder)

    def publish(self, note: bytes) -> None:
        """Replace the published checkpoint, if `note` is larger.

        Raises:
            TimeoutError: another process holds on to the folder.
        """
        size = size_of(note)
        with self._alone():
            before = self.published()
            if not before or size_of(before) < size:
                write_durably(self.folder / "checkpoint", note)

    def republish(self, note: bytes) -> None:
        """Put the note of the head in the place of whatever stands there: after a repair, by its command only."""
        with self._alone():
            if self.published() != note:
                write_durably(self.folder / "checkpoint", note)

    def clean(self, name: str) -> None:
        """Drop what is staged, the head `name` being published: it is in place, or was never committed.

        Partials of tiles that are full now go too; what asks for them gets a piece of the full one.
        """
        if not self._staging.exists():
            return
        with suppress(OSError, ValueError):
            for path in self.staged(name):
                tile = read_tile_path(path)
                if tile and tile.width == TILE_WIDTH:
                    shutil.rmtree(self.folder / f"{path}.p", ignore_errors=True)
        for leftover in self._staging.iterdir():
            if leftover.name != _LOCK:
                leftover.unlink(missing_ok=True)

    # -- internals -------------------------------------------------------------------------

    def _note(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return b""

    def _staged(self, name: str) -> Path:
        return self._staging / f"{name}.tar"

    def _wider(self, tile: Tile) -> Path | None:
        """A file that begins with the bytes of this partial."""
        full = self.folder / Tile(tile.level, tile.number, TILE_WIDTH).path
        if full.exists():
            return full
        folder = full.with_name(f"{full.name}.p")
        widths = [int(name) for name in _names(folder) if name.isdigit() and int(name) > tile.width]
        return folder / str(min(widths)) if widths else None

    def _write(self, path: str, data: bytes) -> None:
        draft = self._staging / f"{os.getpid()}-{next(_numbers)}"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Compare and rename as one step; the lock goes with the process that holds it."""
        self._staging.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + PATIENCE_S
        with (self._staging / _LOCK).open("a") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise TimeoutError(
                            f"another sequencer holds {self._staging / _LOCK} and does not go on; end that process"
                        ) from None
                    time.sleep(0.02)
            yield


_LOCK = "publishing"


def size_of(note: bytes) -> int:
    """The size that a checkpoint names, whoever signed it.

    Raises:
        BadNote: it is not a checkpoint.
    """
    return read_checkpoint(note.partition(b"\n\n")[0] + b"\n").size


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
