"""What a leaf says: kind, agency, hour and commitment; in the public log also the content. Never personal data."""

from datetime import UTC, datetime

from tongban.kernel.canonical import Json, canonical, parse
from tongban.ledger.tiles import ENTRY_BYTES_MAX


def leaf_of(*, kind: str, agency: str, recorded_at: datetime, commitment: bytes, content: bytes) -> bytes:
    """The bytes of a leaf: canonical JSON of version, kind, organisation, hour (UTC) and commitment.

    Raises:
        ValueError: longer than a log entry may be (65,535 bytes).
    """
    said: dict[str, Json] = {
        "v": 1,
        "t": kind,
        "org": agency,
        "d": recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H"),
        "c": commitment.hex(),
    }
    if content:
        said["body"] = parse(content)
    leaf = canonical(said)
    if len(leaf) > ENTRY_BYTES_MAX:
        raise ValueError(f"a leaf of {len(leaf)} bytes does not fit into the log (at most {ENTRY_BYTES_MAX})")
    return leaf
