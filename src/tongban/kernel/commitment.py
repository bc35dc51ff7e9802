"""What binds an entry of the journal: hashes of its parts and the commitment over them and the plain columns.

Pure, so that a checker needs no database. A part hash is SHA-256(salt || bytes); the commitment is SHA-256 over
the canonical JSON of the columns and the part hashes, in order. Destroying salt and bytes of a part leaves the
commitment checkable and the content beyond guessing.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from tongban.kernel.canonical import Json

SALT_BYTES = 32
#: Stands before what is hashed, so that no other statement of ours hashes alike.
DOMAIN = b"tongban/commitment/v1\n"
#: RFC 8785 for what a commitment states: texts, whole numbers, null, ASCII names. A tenth of the time of `canonical`.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

#: The plain columns, by name; what a row holds beside them (hashes, seal) is derived.
COLUMNS = (
    "id",
    "kind",
    "occurred_at",
    "recorded_at",
    "effective_on",
    "actor",
    "agency",
    "represented",
    "object",
    "object_version",
    "basis",
    "purpose",
    "case_number",
    "disclose_after",
    "supersedes",
)


def plain(value: object) -> Json:
    """The JSON form of a column's value: moments in UTC with microseconds, identifiers and days as text."""
    match value:
        case int() | str() | None:
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            raise TypeError(f"a column cannot hold {type(value).__name__}")


def part_hash(salt: bytes, content: bytes) -> bytes:
    """The hash of one part."""
    return hashlib.sha256(salt + content).digest()


def commitment(columns: Mapping[str, Json], part_hashes: Sequence[bytes]) -> bytes:
    """The commitment of an entry with these `columns` (JSON forms, all of `COLUMNS`) and parts."""
    statement = {
        "columns": {name: columns[name] for name in COLUMNS},
        "parts": [one.hex() for one in part_hashes],
    }
    return hashlib.sha256(DOMAIN + _ENCODER.encode(statement).encode()).digest()
