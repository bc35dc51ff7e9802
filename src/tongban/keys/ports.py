"""What a keystore must do; the shipped one keeps files (`tongban.keys.filestore`)."""

from typing import Protocol


class Custody(Protocol):
    """Holds private keys by name and signs for their owners."""

    def has(self, name: str) -> bool:
        """Whether a key of that name exists."""
        ...

    def create(self, name: str, suite: str) -> None:
        """Make a new key; refuses to replace one."""
        ...

    def sign(self, name: str, data: bytes) -> bytes:
        """Sign `data`: 64 bytes for Ed25519 and for ES256 (r || s), 32 bytes for HMAC-SHA-256."""
        ...

    def public(self, name: str) -> bytes:
        """The public key: 32 bytes for Ed25519, the uncompressed point (65 bytes) for ES256."""
        ...

    def encrypt(self, name: str, data: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt and authenticate `data` (AES-256-GCM); `bound_to` says where it belongs and must be given again."""
        ...

    def decrypt(self, name: str, data: bytes, *, bound_to: bytes) -> bytes:
        """What was encrypted under the same name and `bound_to`; anything else is refused."""
        ...
