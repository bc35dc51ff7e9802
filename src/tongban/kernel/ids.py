"""Identifiers: UUIDv7 for rows and entries, short codes for people."""

import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

#: Crockford base 32 without letters that are read as digits; a person can dictate it.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_lock = threading.Lock()
_last_tick = 0


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562 5.7, method 3): milliseconds, then a sub-millisecond fraction, then random bits.

    Ids made by one process strictly increase, so that rows of one transaction keep their order.
    """
    global _last_tick  # noqa: PLW0603 - the clock of this process
    milliseconds, rest_ns = divmod(time.time_ns(), 1_000_000)
    tick = (milliseconds << 12) | (rest_ns * 4096 // 1_000_000)
    with _lock:
        tick = max(tick, _last_tick + 1)
        _last_tick = tick
    return _assemble(tick, secrets.randbits(62))


def uuid7_floor(moment: datetime) -> UUID:
    """The smallest UUIDv7 of `moment`: the bound of a partition."""
    return _assemble(round(moment.timestamp() * 1000) << 12, 0)


def moment_of(identifier: UUID) -> datetime:
    """The real time at which a UUIDv7 was made, UTC, to the millisecond."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def _assemble(tick: int, random_bits: int) -> UUID:
    return UUID(int=(tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random_bits)


def new_code(length: int) -> str:
    """A random code of `length` characters of `CODE_ALPHABET` (5 bits each)."""
    return "".join(CODE_ALPHABET[byte & 31] for byte in secrets.token_bytes(length))
