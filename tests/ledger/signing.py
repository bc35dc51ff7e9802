"""Logs and witnesses that a test holds the keys of."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from tongban.ledger.note import (
    COSIGNATURE,
    COSIGNATURE_ML_DSA,
    ED25519,
    Checkpoint,
    Verifier,
    cosigned_message,
    signature_line,
)


class Log:
    def __init__(self, name: str) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.verifier = Verifier(name, self.key.public_key().public_bytes_raw(), ED25519)

    def sign(self, size: int, root: bytes) -> bytes:
        text = str(Checkpoint(self.verifier.name, size, root))
        line = signature_line(self.verifier.name, self.verifier.key_id, self.key.sign(text.encode()))
        return f"{text}\n{line}".encode()


class Cosigner:
    def __init__(self, name: str) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.verifier = Verifier(name, self.key.public_key().public_bytes_raw(), COSIGNATURE)

    def line(self, note: bytes, at: int) -> bytes:
        signed = cosigned_message(at, body(note))
        signature = at.to_bytes(8, "big") + self.key.sign(signed)
        return signature_line(self.verifier.name, self.verifier.key_id, signature).encode()


class QuantumSafeCosigner:
    """Signs as tlog-cosignature lays the bytes out for ML-DSA-44."""

    def __init__(self, name: str) -> None:
        self.key = MLDSA44PrivateKey.generate()
        self.verifier = Verifier(name, self.key.public_key().public_bytes_raw(), COSIGNATURE_ML_DSA)

    def line(self, note: bytes, at: int) -> bytes:
        origin, size, root = body(note).split(b"\n")[:3]
        import base64

        name = self.verifier.name.encode()
        message = (
            b"subtree/v1\n\x00"
            + bytes([len(name)])
            + name
            + at.to_bytes(8, "big")
            + bytes([len(origin)])
            + origin
            + bytes(8)
            + int(size).to_bytes(8, "big")
            + base64.b64decode(root)
        )
        data = self.verifier.key_id + at.to_bytes(8, "big") + self.key.sign(message)
        return f"— {self.verifier.name} {b64encode(data).decode()}\n".encode()


def body(note: bytes) -> bytes:
    return note.partition(b"\n\n")[0] + b"\n"
