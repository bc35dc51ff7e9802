"""Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

Pure; knows no key files.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

#: Signature types: a log's own, and the two kinds of a cosigner's, which carry their time.
ED25519, COSIGNATURE, COSIGNATURE_ML_DSA = 0x01, 0x04, 0x06
KEY_BYTES = {ED25519: 32, COSIGNATURE: 32, COSIGNATURE_ML_DSA: 1312}
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_TIME_MAX = (1 << 63) - 1
_SIGNATURES_MAX = 64
_ROOT_BYTES = 32
_SUBTREE_LABEL = b"subtree/v1\n\0"
_SIGN_BIT = 0x80
#: Ed25519 points of small order, in every encoding, without the bit of the sign: such a key fits any text.
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


class BadNote(ValueError):  # noqa: N818 - the sentence says what is wrong
    """The text is not the signed note or checkpoint it should be; says why."""


class BadSignature(BadNote):
    """A known key's signature does not fit the text: somebody changed one of them."""


@dataclass(frozen=True)
class Verifier:
    """A public key that may sign notes under `name`. Its text form is the *vkey*."""

    name: str
    public: bytes
    suite: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || 0x0A || suite || key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.suite]) + self.public).digest()[
            :_KEY_ID_BYTES
        ]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.suite]) + self.public).decode()}"

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over the note body `text`; a cosignature begins with its time."""
        try:
            if self.suite == ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
                return True
            time, proper = cosigned_at(signature), signature[_TIME_BYTES:]
            if self.suite == COSIGNATURE:
                Ed25519PublicKey.from_public_bytes(self.public).verify(proper, cosigned_message(time, text))
                return True
            message = _subtree_message(self.name, time, read_checkpoint(text))
            MLDSA44PublicKey.from_public_bytes(self.public).verify(proper, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """A signature that holds: whose, and when a cosigner made it (POSIX seconds; None for a log's own)."""

    by: Verifier
    at: int | None


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: `size` leaves hash to `root`."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def strict_b64(text: str) -> bytes:
    """Decode base64 that is exactly what an encoder writes.

    Raises:
        ValueError: other characters, missing padding or stray bits.
    """
    try:
        data = b64decode(text, validate=True)
    except Base64Error as error:
        raise ValueError(f"{text!r} is not base64") from error
    if b64encode(data).decode() != text:
        raise ValueError(f"{text!r} is not canonical base64")
    return data


def read_vkey(text: str) -> Verifier:
    """The key of a vkey `name+hex+base64`.

    Raises:
        BadNote: malformed, or the key id does not belong to the key.
    """
    name, _, rest = text.partition("+")
    hexadecimal, _, encoded = rest.partition("+")
    try:
        name.encode()
        data = strict_b64(encoded)
    except ValueError as error:
        raise BadNote(f"the key {text!r} is not a vkey") from error
    suite, public = (data[0], data[1:]) if data else (0, b"")
    if not name or re.search(r"\s", name) or len(public) != KEY_BYTES.get(suite):
        raise BadNote(
            f"the key {text!r} is not a vkey of a kind known here (Ed25519, or ML-DSA-44 of a cosigner)"
        )
    if suite != COSIGNATURE_ML_DSA and bytes([*public[:-1], public[-1] & ~_SIGN_BIT & 0xFF]) in _SMALL_ORDER:
        raise BadNote(f"the key {text!r} is a point of small order, which fits any text")
    verifier = Verifier(name, public, suite)
    if verifier.key_id.hex() != hexadecimal:
        raise BadNote(f"the key id of {text!r} does not belong to its key")
    return verifier


def cosigned_message(time: int, text: bytes) -> bytes:
    """What an Ed25519 cosigner signs at `time` (POSIX seconds) over the note body `text`."""
    return f"cosignature/v1\ntime {time}\n".encode() + text


def cosigned_at(signature: bytes) -> int:
    """The time that a cosignature carries.

    Raises:
        ValueError: it is too short, or the time is out of its range.
    """
    time = int.from_bytes(signature[:_TIME_BYTES], "big")
    if len(signature) <= _TIME_BYTES or time > _TIME_MAX:
        raise ValueError("the cosignature carries no time")
    return time


def _subtree_message(name: str, time: int, checkpoint: Checkpoint) -> bytes:
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            _SUBTREE_LABEL,
            bytes([len(cosigner)]) + cosigner,
            time.to_bytes(_TIME_BYTES, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    """One signature line of a note."""
    return f"— {name} {b64encode(key_id + signature).decode()}\n"


def open_note(note: bytes, trusted: Mapping[tuple[str, bytes], Verifier]) -> tuple[bytes, list[Verifier]]:
    """Split a note into its text and the trusted keys that signed it; unknown keys are ignored.

    Raises:
        BadNote: malformed, or a trusted key's signature does not fit the text.
    """
    text, signatures = open_signed(note, trusted)
    return text, [signature.by for signature in signatures]


def open_signed(note: bytes, trusted: Mapping[tuple[str, bytes], Verifier]) -> tuple[bytes, list[Signature]]:
    """Split a note into its text and the signatures of trusted keys; unknown keys are ignored.

    Raises:
        BadNote: malformed, or a trusted key's signature does not fit the text.
    """
    text, lines = _split(note)
    signatures = []
    for line in lines:
        name, key_id, signature = _read_signature(line)
        verifier = trusted.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text, signature):
            raise BadSignature(f"the signature of {name} does not fit the text: the checkpoint was altered")
        at = None if verifier.suite == ED25519 else cosigned_at(signature)
        signatures.append(Signature(verifier, at))
    return text, signatures


def signature_lines(note: bytes, keys: Mapping[tuple[str, bytes], Verifier]) -> bytes:
    """The signature lines of a note that `keys` made, unchecked: what `open_signed` found to hold.

    Raises:
        BadNote: malformed.
    """
    _, lines = _split(note)
    kept = [line for line in lines if _read_signature(line)[:2] in keys]
    return "".join(f"{line}\n" for line in kept).encode()


def with_signatures(note: bytes, lines: bytes) -> bytes:
    """`note` with further signature lines; of two by the same key the later one stays.

    Raises:
        BadNote: malformed.
    """
    text, _ = _split(note)
    _, known = _split(note + lines)
    kept = {_read_signature(line)[:2]: line for line in known}
    return text + b"\n" + "".join(f"{line}\n" for line in kept.values()).encode()


def read_checkpoint(text: bytes) -> Checkpoint:
    """The checkpoint in the text of a note.

    Raises:
        BadNote: not origin, size and root on three lines.
    """
    lines = text.decode().split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0]:
        raise BadNote("a checkpoint has an origin, a size and a root, each on its line")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise BadNote(f"the size {lines[1]!r} of the checkpoint is not a plain number")
    try:
        root = strict_b64(lines[2])
    except ValueError as error:
        raise BadNote("the root of the checkpoint is not base64") from error
    if len(root) != _ROOT_BYTES:
        raise BadNote("the root of the checkpoint is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def _split(note: bytes) -> tuple[bytes, list[str]]:
    try:
        note.decode()
    except UnicodeDecodeError as error:
        raise BadNote("the note is not UTF-8") from error
    head, gap, tail = note.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n"):
        raise BadNote("the note has no signatures")
    text = head + b"\n"
    if any(byte < 0x20 and byte != 0x0A for byte in text):
        raise BadNote("the note holds control characters")
    lines = tail.decode()[:-1].split("\n")
    if len(lines) > _SIGNATURES_MAX:
        raise BadNote("the note has too many signatures")
    return text, lines


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
    if not match:
        raise BadNote(f"{line!r} is not a signature line")
    try:
        data = strict_b64(match[2])
    except ValueError as error:
        raise BadNote(f"the signature of {match[1]} is not base64") from error
    if len(data) <= _KEY_ID_BYTES:
        raise BadNote(f"the signature of {match[1]} is too short")
    return match[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:]
