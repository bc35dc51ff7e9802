"""What others plug into the journal: the seal of the writing process, and what a log can hold."""

import hashlib
from collections.abc import Callable
from uuid import UUID

Sealer = Callable[[bytes], bytes]

#: Takes kind, agency and public content (empty if none is public) of an act; raises a sentence if no log can hold it.
LeafCheck = Callable[[str, str, bytes], None]

_sealer: Sealer | None = None
_leaf_check: LeafCheck | None = None


def install_sealer(sealer: Sealer) -> None:
    """Name the function that seals bytes under a key outside the database (HMAC-SHA-256, 32 bytes)."""
    global _sealer  # noqa: PLW0603 - wiring at start-up
    _sealer = sealer


def sealing_key(entry: UUID) -> bytes:
    """The key that seals this one entry (32 bytes): a statement that computes its commitment itself is given no more.

    Raises:
        RuntimeError: no sealer is installed; the program is wired wrongly.
    """
    if _sealer is None:
        raise RuntimeError("no sealer is installed in the journal")
    return _sealer(entry.bytes)


def marking_key(entry: UUID) -> bytes:
    """The key of this one entry's marks (32 bytes).

    Raises:
        RuntimeError: no sealer is installed; the program is wired wrongly.
    """
    if _sealer is None:
        raise RuntimeError("no sealer is installed in the journal")
    return _sealer(b"tongban/marks/v1\n" + entry.bytes)


def seal(entry: UUID, commitment: bytes) -> bytes:
    """The seal of an entry: SHA-256 over its own key and its commitment, 32 bytes each."""
    return hashlib.sha256(sealing_key(entry) + commitment).digest()


def install_leaf_check(check: LeafCheck) -> None:
    """Name the function that refuses an act too large for a log, before it is recorded."""
    global _leaf_check  # noqa: PLW0603 - wiring at start-up
    _leaf_check = check


def check_leaf(kind: str, agency: str, content: bytes) -> None:
    """Refuse what no log can hold.

    Raises:
        BadInput: says how much too large it is.
        RuntimeError: no check is installed; the program is wired wrongly.
    """
    if _leaf_check is None:
        raise RuntimeError("no check of leaves is installed in the journal")
    _leaf_check(kind, agency, content)
