"""The witness's key: one line of text in a file that only its owner reads (the form that Go's note package uses)."""

import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.kernel.errors import BadInput, Misconfigured
from tongban.kernel.files import write_durably
from tongban.ledger.note import COSIGNATURE, Verifier, cosigned_message, signature_line, strict_b64


@dataclass(frozen=True)
class WitnessKey:
    """What a witness signs with, and under which name."""

    private: Ed25519PrivateKey
    verifier: Verifier

    def cosign(self, text: bytes, at: int) -> str:
        """The cosignature line over the note body `text` at `at` (POSIX seconds)."""
        signature = at.to_bytes(8, "big") + self.private.sign(cosigned_message(at, text))
        return signature_line(self.verifier.name, self.verifier.key_id, signature)


def open_key(home: Path, name: str = "") -> WitnessKey:
    """The key in `home`; made there, under `name`, at the first start.

    Raises:
        BadInput: no key yet and no name that a key may have, or another name than the key's.
        Misconfigured: others may read the file, or it holds no key.
    """
    path = home / "witness.key"
    if not path.exists():
        _create(path, name)
    if path.stat().st_mode & 0o077 and os.name == "posix":
        raise Misconfigured(f"The key file {path} can be read by others; set its mode to 0600.")
    key = _read(path)
    if name and name != key.verifier.name:
        raise BadInput(
            f"The key in {home} is named {key.verifier.name}. A name is for ever: leave out --name, "
            "or choose another --home for another witness."
        )
    return key


def _create(path: Path, name: str) -> None:
    if not name or "+" in name or name.split() != [name]:
        raise BadInput(
            "A new witness needs a name that is its own for ever, like --name witness.audit.example; "
            "it holds no space and no plus sign."
        )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    key = _key(name, private)
    secret = b64encode(bytes([COSIGNATURE]) + private.private_bytes_raw()).decode()
    line = f"PRIVATE+KEY+{name}+{key.verifier.key_id.hex()}+{secret}\n"
    write_durably(path, line.encode(), mode=0o600)


def _read(path: Path) -> WitnessKey:
    words = path.read_text("utf-8").strip().split("+", 4)
    try:
        _, _, name, key_id, encoded = words
        secret = strict_b64(encoded)
        key = _key(name, Ed25519PrivateKey.from_private_bytes(secret[1:]))
    except ValueError as error:
        raise Misconfigured(
            f"The file {path} holds no key of a witness; restore it from a backup."
        ) from error
    if words[:2] != ["PRIVATE", "KEY"] or secret[0] != COSIGNATURE or key.verifier.key_id.hex() != key_id:
        raise Misconfigured(f"The file {path} holds no key of a witness; restore it from a backup.")
    return key


def _key(name: str, private: Ed25519PrivateKey) -> WitnessKey:
    return WitnessKey(private, Verifier(name, private.public_key().public_bytes_raw(), COSIGNATURE))
