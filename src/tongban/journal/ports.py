"""What others plug into the journal: the seal of the writing process."""

from collections.abc import Callable

Sealer = Callable[[bytes], bytes]

_sealer: Sealer | None = None


def install_sealer(sealer: Sealer) -> None:
    """Name the function that seals bytes under a key outside the database (HMAC-SHA-256, 32 bytes)."""
    global _sealer  # noqa: PLW0603 - wiring at start-up
    _sealer = sealer


def seal(entry_and_commitment: bytes) -> bytes:
    """Seal an entry's id and commitment.

    Raises:
        RuntimeError: no sealer is installed; the program is wired wrongly.
    """
    if _sealer is None:
        raise RuntimeError("no sealer is installed in the journal")
    return _sealer(entry_and_commitment)
