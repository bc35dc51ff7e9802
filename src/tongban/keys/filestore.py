"""Keys as files: PKCS#8 PEM (or 32 raw bytes for HMAC and AES), mode 0600, in a folder of mode 0700."""

import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.kernel.errors import Misconfigured
from tongban.kernel.files import write_durably

SUITES = ("Ed25519", "ES256", "HS256", "A256GCM")
_P256_BYTES = 32
#: NIST SP 800-38D: 96 random bits, new for each message.
_NONCE_BYTES = 12

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | bytes


class FileCustody:
    """Keys under one folder; each is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._load = cache(self._read)

    def has(self, name: str) -> bool:
        """Whether a key of that name exists."""
        return self._path(name).exists()

    def create(self, name: str, suite: str) -> None:
        """Make a new key.

        Raises:
            Misconfigured: a key of that name exists already.
        """
        path = self._path(name)
        if path.exists():
            raise Misconfigured(f"The key {name} exists already; a key is rotated, never replaced.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, _new_key(suite), mode=0o600)

    def sign(self, name: str, data: bytes) -> bytes:
        """Sign `data` with the key `name`."""
        key = self._load(name)
        if isinstance(key, bytes):
            return hmac.digest(key, data, "sha256")
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")

    def public(self, name: str) -> bytes:
        """The public key of `name`."""
        key = self._load(name)
        if isinstance(key, bytes):
            raise TypeError(f"the key {name} is a secret without a public half")
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.public_key().public_bytes_raw()
        return key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def encrypt(self, name: str, data: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt `data` with the secret key `name`: nonce, then ciphertext and tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(name).encrypt(nonce, data, bound_to)

    def decrypt(self, name: str, data: bytes, *, bound_to: bytes) -> bytes:
        """What was encrypted.

        Raises:
            Misconfigured: the bytes were made with another key, for another place, or were changed.
        """
        try:
            return self._cipher(name).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            raise Misconfigured(
                f"A stored secret does not open with the key {name}: restore the key folder that belongs to this database."
            ) from None

    def _cipher(self, name: str) -> AESGCM:
        key = self._load(name)
        if not isinstance(key, bytes):
            raise TypeError(f"the key {name} signs, it does not encrypt")
        return AESGCM(key)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def _read(self, name: str) -> PrivateKey:
        path = self._path(name)
        if not path.exists():
            raise Misconfigured(f"The key {name} is missing in {self.folder}.")
        if path.stat().st_mode & 0o077 and os.name == "posix":
            raise Misconfigured(f"The key file {path} can be read by others; set its mode to 0600.")
        data = path.read_bytes()
        if not data.startswith(b"-----"):
            return data
        key = serialization.load_pem_private_key(data, None)
        if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise Misconfigured(f"The key file {path} holds a key of another kind.")
        return key


def _new_key(suite: str) -> bytes:
    if suite in {"HS256", "A256GCM"}:
        return secrets.token_bytes(32)
    key = (
        ed25519.Ed25519PrivateKey.generate()
        if suite == "Ed25519"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
