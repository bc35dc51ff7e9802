"""Marks: four bytes for each plain column and each salt, under a key outside the database.

The commitment tells that a row was edited; the marks tell which column. They bind no content of a part (a salt is
random), so they help nobody to guess what was erased.
"""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from tongban.journal.ports import marking_key
from tongban.kernel.canonical import Json
from tongban.kernel.commitment import COLUMNS

MARK_BYTES = 4


def marks_of(entry: UUID, columns: Mapping[str, Json], salts: Sequence[bytes]) -> bytes:
    """The marks of an entry: of `id` alone, then of every other column and of each salt, bound to the id."""
    key = marking_key(entry)
    said = [_text(name, columns[name]) for name in COLUMNS]
    return b"".join(
        _marked(key, one) for one in (*said, *(b"salt\n%d\n" % n + salt for n, salt in enumerate(salts)))
    )


def column_marks(entry: UUID, columns: Mapping[str, Json]) -> dict[str, bytes]:
    """The marks of some columns, by name: for a statement that learns the others itself."""
    key = marking_key(entry)
    return {name: _marked(key, _text(name, value)) for name, value in columns.items()}


def edited_columns(entry: UUID, columns: Mapping[str, Json], marks: bytes) -> list[str]:
    """The columns whose value is not the one that was marked; all of them when the id was edited."""
    expected = marks_of(entry, columns, ())
    return [name for n, name in enumerate(COLUMNS) if _mark(marks, n) != _mark(expected, n)]


def is_salt_marked(
    entry: UUID, columns: Mapping[str, Json], marks: bytes, *, ordinal: int, salt: bytes
) -> bool:
    """Whether `salt` is the one that was marked for the part `ordinal`."""
    expected = marks_of(entry, columns, [b""] * ordinal + [salt])
    place = len(COLUMNS) + ordinal
    return _mark(marks, place) == _mark(expected, place)


def _marked(key: bytes, text: bytes) -> bytes:
    return hashlib.sha256(key + text).digest()[:MARK_BYTES]


def _mark(marks: bytes, place: int) -> bytes:
    return marks[place * MARK_BYTES : (place + 1) * MARK_BYTES]


def _text(name: str, value: Json) -> bytes:
    return f"{name}\n{'' if value is None else type(value).__name__}\n{value}".encode()
