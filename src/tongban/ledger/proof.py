"""The offline receipt: a C2SP `.tlog-proof` whose `extra` line carries the opening of one entry."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tongban.kernel.canonical import Json, canonical, parse
from tongban.kernel.commitment import COLUMNS, commitment, part_hash
from tongban.ledger.heads import Refused, Witnessed, trusted_head
from tongban.ledger.leaf import leaf_of
from tongban.ledger.note import strict_b64
from tongban.ledger.policy import Policy
from tongban.ledger.tree import leaf_hash, root_of_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
_HASH_BYTES = 32


@dataclass(frozen=True)
class Verified:
    """What a proof shows: this act is in that log at `index`, unaltered, under a checkpoint of `size` entries.

    `leaf_hash` and the hashes of `path`, 32 bytes each, lead to `root`; they say nothing of the content.
    `witnessed` are the trusted witnesses that cosigned that checkpoint.
    """

    log: str
    index: int
    size: int
    columns: Mapping[str, Json]
    contents: Sequence[Mapping[str, Json] | None]
    leaf_hash: bytes
    path: Sequence[bytes]
    root: bytes
    witnessed: Sequence[Witnessed] = ()

    @property
    def kind(self) -> str:
        """The kind of the act."""
        return str(self.columns["kind"])


@dataclass(frozen=True)
class _Lines:
    opening: bytes
    index: int
    path: list[bytes]
    note: bytes


def opening_bytes(
    columns: Mapping[str, Json], parts: Sequence[tuple[bytes, bytes | None, bytes | None]]
) -> bytes:
    """The canonical opening: the plain columns, and per part its hash or its salt (base64) and content (text)."""
    shown: list[Json] = [
        {"hash": digest.hex()}
        if salt is None or content is None
        else {"salt": b64encode(salt).decode(), "content": content.decode()}
        for digest, salt, content in parts
    ]
    return canonical({"v": 1, "columns": dict(columns), "parts": shown})


def write_proof(opening: bytes, index: int, path: Sequence[bytes], checkpoint: bytes) -> str:
    """The text of a `.tlog-proof` file."""
    hashes = "".join(f"{b64encode(one).decode()}\n" for one in path)
    extra = b64encode(opening).decode()
    return f"{HEADER}\nextra {extra}\nindex {index}\n{hashes}\n{checkpoint.decode()}"


def verify_proof(data: bytes, policy: Policy, *, max_age: timedelta | None = None) -> Verified:
    """Check a proof against a trust policy, offline; with `max_age` its witnesses must have cosigned so recently.

    Raises:
        Refused: says which of: unreadable, altered, not in the log, unknown log, witness missing, stale.
    """
    lines = _read_lines(data)
    head = trusted_head(lines.note, policy, max_age=max_age)
    checkpoint = head.checkpoint
    columns, contents, leaf = _open(lines.opening, public=checkpoint.origin.endswith("/public"))
    hashed = leaf_hash(leaf)
    root = root_of_inclusion(hashed, lines.index, checkpoint.size, lines.path)
    if root != checkpoint.root:
        raise Refused(
            "not in the log",
            f"The entry does not lead to the root of the log {checkpoint.origin} at {checkpoint.size} entries: "
            f"its content, its index {lines.index} or its path was altered, or it was never logged.",
        )
    return Verified(
        checkpoint.origin,
        lines.index,
        checkpoint.size,
        columns,
        contents,
        hashed,
        tuple(lines.path),
        root,
        head.witnessed,
    )


def _read_lines(data: bytes) -> _Lines:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Refused("unreadable", "The proof is not UTF-8 text; a byte of it was altered.") from error
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != HEADER:
        raise Refused("unreadable", f"This is not a proof file: its first line must be {HEADER}.")
    if len(lines) < 3 or not lines[1].startswith("extra "):
        raise Refused("unreadable", "The proof carries no opening (its second line must begin with `extra`).")
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[2])
    if not index:
        raise Refused("unreadable", "The proof names no index (its third line must be `index` and a number).")
    try:
        path = [strict_b64(line) for line in lines[3:]]
        opening = strict_b64(lines[1].removeprefix("extra "))
    except ValueError as error:
        raise Refused("unreadable", f"A line of the proof was altered: {error}.") from error
    if any(len(one) != _HASH_BYTES for one in path):
        raise Refused("unreadable", "A hash of the proof is not 32 bytes long.")
    return _Lines(opening, int(index[1]), path, note.encode())


def _open(
    opening: bytes, *, public: bool
) -> tuple[Mapping[str, Json], list[Mapping[str, Json] | None], bytes]:
    """Recompute the leaf from an opening: parts to hashes, hashes and columns to the commitment, then the leaf."""
    try:
        said: Any = parse(opening)
        columns: dict[str, Json] = said["columns"]
        if set(said) != {"v", "columns", "parts"} or set(columns) != set(COLUMNS):
            raise ValueError("it has other fields than an opening")
        hashes: list[bytes] = []
        contents: list[Mapping[str, Json] | None] = []
        common = b""
        for ordinal, part in enumerate(said["parts"]):
            if set(part) == {"hash"}:
                hashes.append(bytes.fromhex(part["hash"]))
                contents.append(None)
                continue
            content = part["content"].encode()
            hashes.append(part_hash(strict_b64(part["salt"]), content))
            contents.append(json.loads(content))
            common = content if ordinal == 0 else common
        moment = datetime.strptime(str(columns["recorded_at"]), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        leaf = leaf_of(
            kind=str(columns["kind"]),
            agency=str(columns["agency"]),
            recorded_at=moment,
            commitment=commitment(columns, hashes),
            content=common if public else b"",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("altered", f"The opening of the entry was altered: {error}.") from error
    return columns, contents, leaf
