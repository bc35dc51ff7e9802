"""The folder of a log's files: tiles, bundles, the published checkpoint, and what is staged for the next one."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.files import write_durably


class LogFolder:
    """Files of one log. Tiles and bundles are immutable; only `checkpoint` is ever replaced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, path: str) -> bytes:
        """The bytes of a tile, bundle or checkpoint.

        Raises:
            FileNotFoundError: there is no such file.
        """
        return (self.folder / path).read_bytes()

    def published(self) -> bytes:
        """The published checkpoint; empty before the first one."""
        path = self.folder / "checkpoint"
        return path.read_bytes() if path.exists() else b""

    def stage(self, name: str, files: Mapping[str, bytes]) -> None:
        """Keep `files` durably under the name of their head, before that head is signed and committed."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, data in files.items():
                entry = tarfile.TarInfo(path)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        write_durably(self._staged(name), packed.getvalue())

    def apply(self, name: str) -> None:
        """Write the staged files of a committed head to their places; may be repeated.

        Raises:
            FileNotFoundError: nothing is staged under that name.
        """
        with tarfile.open(self._staged(name)) as archive:
            for entry in archive:
                content = archive.extractfile(entry)
                if content is not None:
                    write_durably(self.folder / entry.name, content.read())

    def publish(self, checkpoint: bytes, name: str) -> None:
        """Replace the published checkpoint and drop what is staged up to it."""
        write_durably(self.folder / "checkpoint", checkpoint)
        self._staged(name).unlink(missing_ok=True)

    def _staged(self, name: str) -> Path:
        return self.folder / "staging" / f"{name}.tar"
