"""An evidence pack: a zip whose `manifest.json` lists every other file with its SHA-256 and size. Read, never unpacked."""

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812 - its own name is `error`
from typing import IO

from tongban.ledger.offline import Refused

PACK_MARK = b"PK\x03\x04"
MANIFEST = "manifest.json"
FILES_MAX = 20_000
FILE_BYTES_MAX = 64 * 1024 * 1024
ALL_BYTES_MAX = 1024 * 1024 * 1024
_MANIFEST_BYTES_MAX = 8 * 1024 * 1024
_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    StructError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)


@dataclass(frozen=True)
class PackFile:
    """A file of a pack; `data` is held only of proofs and certificates."""

    path: str
    data: bytes


def open_pack(file: IO[bytes]) -> list[PackFile]:
    """The files of a pack, each as its manifest lists it.

    Raises:
        Refused: unreadable, altered or incomplete; names the file.
    """
    try:
        with zipfile.ZipFile(file) as pack:
            listed = _listed(pack)
            _check_names(pack, listed)
            return [_read(pack, path, *listed[path]) for path in listed]
    except Refused:
        raise
    except _TROUBLE as error:
        raise Refused("unreadable", f"The zip of the evidence pack is damaged: {error}.") from error


def _listed(pack: zipfile.ZipFile) -> dict[str, tuple[str, int]]:
    try:
        entry = pack.getinfo(MANIFEST)
    except KeyError as error:
        raise Refused("unreadable", f"The zip has no {MANIFEST}: it is no evidence pack.") from error
    if entry.file_size > _MANIFEST_BYTES_MAX:
        raise Refused("unreadable", f"{MANIFEST} is larger than any list of files.")
    try:
        said = json.loads(pack.read(entry))
        if said["v"] != 1:
            raise ValueError(f"its version is {said['v']!r}")
        listed = {str(row["path"]): (str(row["sha256"]), int(row["bytes"])) for row in said["files"]}
        if len(listed) != len(said["files"]):
            raise ValueError("it lists a file twice")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused("altered", f"{MANIFEST} is not a list of files of version 1: {error}.") from error
    if len(listed) > FILES_MAX or sum(size for _, size in listed.values()) > ALL_BYTES_MAX:
        raise Refused("unreadable", "The evidence pack is larger than what this program reads.")
    return listed


def _check_names(pack: zipfile.ZipFile, listed: dict[str, tuple[str, int]]) -> None:
    names = [entry.filename for entry in pack.infolist() if not entry.is_dir()]
    if len(set(names)) != len(names):
        raise Refused("altered", "The zip holds two files of one name.")
    if added := sorted(set(names) - set(listed) - {MANIFEST}):
        raise Refused("altered", f"{added[0]} is in the pack and not in its {MANIFEST}: it was added later.")
    if gone := sorted(set(listed) - set(names)):
        raise Refused("incomplete", f"{gone[0]} is in {MANIFEST} and not in the pack.")


def _read(pack: zipfile.ZipFile, path: str, digest: str, size: int) -> PackFile:
    kept = path.endswith((".tlog-proof", ".sd-jwt"))
    if not 0 <= size <= FILE_BYTES_MAX:
        raise Refused("unreadable", f"{path} is larger than what this program reads.")
    hashed, read, pieces = hashlib.sha256(), 0, []
    with pack.open(path) as file:
        while read <= size and (piece := file.read(1 << 20)):
            read += len(piece)
            hashed.update(piece)
            if kept:
                pieces.append(piece)
    if read != size or hashed.hexdigest() != digest:
        raise Refused("altered", f"{path} is not the file that {MANIFEST} lists.")
    return PackFile(path, b"".join(pieces))
