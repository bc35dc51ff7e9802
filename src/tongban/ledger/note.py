"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). Pure; knows no key files."""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 0x01
_KEY_ID_BYTES = 4
_SIGNATURES_MAX = 64
_ROOT_BYTES = 32


class BadNote(ValueError):  # noqa: N818 - the sentence says what is wrong
    """The text is not the signed note or checkpoint it should be; says why."""


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
        """Whether `signature` is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


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
        data = strict_b64(encoded)
    except ValueError as error:
        raise BadNote(f"the key {text!r} is not a vkey") from error
    if not name or len(data) != 1 + _ROOT_BYTES or data[0] != ED25519:
        raise BadNote(f"the key {text!r} is not an Ed25519 vkey")
    verifier = Verifier(name, data[1:])
    if verifier.key_id.hex() != hexadecimal:
        raise BadNote(f"the key id of {text!r} does not belong to its key")
    return verifier


def signature_line(name: str, key_id: bytes, signature: bytes) -> str:
    """One signature line of a note."""
    return f"— {name} {b64encode(key_id + signature).decode()}\n"


def open_note(note: bytes, trusted: Mapping[tuple[str, bytes], Verifier]) -> tuple[bytes, list[Verifier]]:
    """Split a note into its text and the trusted keys that signed it; unknown keys are ignored.

    Raises:
        BadNote: malformed, or a trusted key's signature does not fit the text.
    """
    text, lines = _split(note)
    signers = []
    for line in lines:
        name, key_id, signature = _read_signature(line)
        verifier = trusted.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text, signature):
            raise BadNote(f"the signature of {name} does not fit the text: the checkpoint was altered")
        signers.append(verifier)
    return text, signers


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
