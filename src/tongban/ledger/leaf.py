"""What a leaf says: kind, agency, hour and commitment; in the public log also the content. Never personal data."""

import json
from datetime import UTC, datetime

from tongban.kernel.canonical import parse
from tongban.kernel.errors import BadInput
from tongban.ledger.tiles import ENTRY_BYTES_MAX

#: Every moment and commitment takes the same room in a leaf.
_ANY_MOMENT, _ANY_COMMITMENT = datetime(2026, 1, 1, tzinfo=UTC), bytes(32)


def leaf_of(*, kind: str, agency: str, recorded_at: datetime, commitment: bytes, content: bytes) -> bytes:
    """The bytes of a leaf: canonical JSON of version, kind, organisation, hour (UTC) and commitment.

    Put together by hand, since a log takes thousands a second: the names stand in the order that RFC 8785 asks for.

    Raises:
        ValueError: longer than a log entry may be (65,535 bytes), or `content` is not canonical JSON.
    """
    if content:
        parse(content)
    body = b'"body":%b,' % content if content else b""
    moment = recorded_at.astimezone(UTC)
    hour = f"{moment.year:04}-{moment.month:02}-{moment.day:02}T{moment.hour:02}"
    said = f'"c":"{commitment.hex()}","d":"{hour}","org":{_text(agency)},"t":{_text(kind)},"v":1}}'
    leaf = b"{" + body + said.encode()
    if len(leaf) > ENTRY_BYTES_MAX:
        raise ValueError(f"a leaf of {len(leaf)} bytes does not fit into the log (at most {ENTRY_BYTES_MAX})")
    return leaf


def commitment_of(leaf: bytes) -> bytes:
    """The commitment that a leaf carries; empty if it is none of ours."""
    try:
        said = json.loads(leaf)
        return bytes.fromhex(said["c"])
    except (ValueError, KeyError, TypeError):
        return b""


def check_fits(*, kind: str, agency: str, content: bytes) -> None:
    """Refuse an act whose leaf would not fit, before it is recorded; `content` is empty but in the public log.

    Raises:
        BadInput: says how many bytes too many.
    """
    try:
        leaf_of(
            kind=kind, agency=agency, recorded_at=_ANY_MOMENT, commitment=_ANY_COMMITMENT, content=content
        )
    except ValueError:
        over = len(content) + len(agency.encode()) + len(kind.encode())
        raise BadInput(
            f"这一条要进公开账本的内容太大（约 {over} 字节），账本一条最多 {ENTRY_BYTES_MAX} 字节。请拆成几条，或只登记内容的摘要。"
        ) from None


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
