"""The data folder: one place for the private database, keys, tiles, documents and built static files."""

import hashlib
import os
from pathlib import Path

from tongban.kernel.errors import Misconfigured

#: A Unix socket path holds at most 107 bytes (sockaddr_un); ours ends in `/run/.s.PGSQL.5432`.
SOCKET_PATH_BYTES_MAX = 107
SOCKET_SUFFIX = "/postgres/run/.s.PGSQL.5432"


def checkout() -> Path:
    """The folder that holds `packs/`: the checkout, or the working folder of an installed program."""
    here = Path(__file__).resolve().parents[3]
    return here if (here / "packs").is_dir() else Path.cwd()


def data_home() -> Path:
    """Choose the data folder: `TONGBAN_DATA`, else `var/` of the checkout.

    As root the private PostgreSQL runs as another account, which must be able to traverse every parent folder;
    where it cannot, the folder falls back to `/var/lib/tongban/<hash of the checkout>`.

    Raises:
        Misconfigured: the path is too long for a Unix socket.
    """
    named = os.environ.get("TONGBAN_DATA")
    home = Path(named).absolute() if named else checkout() / "var"
    if os.geteuid() == 0 and not named and not _others_may_traverse(home.parent):
        home = Path("/var/lib/tongban") / hashlib.sha256(bytes(checkout())).hexdigest()[:12]
    if len(bytes(home)) + len(SOCKET_SUFFIX) > SOCKET_PATH_BYTES_MAX:
        raise Misconfigured(
            f"The data folder {home} is too long a path for a database socket "
            f"(at most {SOCKET_PATH_BYTES_MAX - len(SOCKET_SUFFIX)} bytes). Set TONGBAN_DATA to a shorter one."
        )
    return home


def _others_may_traverse(folder: Path) -> bool:
    existing = [parent for parent in (folder, *folder.parents) if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing)
