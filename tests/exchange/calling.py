"""A caller's side: signs messages as an agency's system does, and speaks WSGI to the gateway."""

import hashlib
import io
import secrets
import sys
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HOST = "localhost"
ORDER = ("@method", "@authority", "@path", "@query", "content-digest")


@dataclass
class Message:
    """A request; `headers` by their lower-case names."""

    path: str
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, Any]:
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        if "HTTP_CONTENT_TYPE" in named:
            named["CONTENT_TYPE"] = named.pop("HTTP_CONTENT_TYPE")
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path.encode().decode("latin-1"),
            "QUERY_STRING": self.query,
            "CONTENT_LENGTH": str(len(self.body)) if self.body else "",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": HOST,
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr,
            **named,
        }


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Signer:
    """A key of a calling system."""

    def __init__(self, key_id: str, suite: str = "ES256") -> None:
        self.id, self.suite = key_id, suite
        self.key = (
            ec.generate_private_key(ec.SECP256R1())
            if suite == "ES256"
            else ed25519.Ed25519PrivateKey.generate()
        )

    @property
    def public(self) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.public_key().public_bytes_raw()
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign(self, message: Message, *, leave_out: str = "", **more: Any) -> Message:
        """The message with digest and signature; `more` overrides parameters."""
        digest = b64encode(hashlib.sha256(message.body).digest()).decode()
        message.headers["content-digest"] = f"sha-256=:{digest}:"
        values = {
            "@method": message.method,
            "@authority": message.headers.get("host", HOST),
            "@path": message.path,
            "@query": "?" + message.query,
            **{
                name: value
                for name, value in message.headers.items()
                if name.startswith(("content-digest", "x-road", "tongban"))
            },
        }
        covered = [name for name in values if name != leave_out]
        params = {
            "created": int(time.time()),
            "keyid": self.id,
            "nonce": secrets.token_hex(8),
            "tag": "tongban-exchange-v1",
            **more,
        }
        written = "".join(
            f';{name}="{value}"' if isinstance(value, str) else f";{name}={value}"
            for name, value in params.items()
        )
        signed = f"({' '.join(f'{chr(34)}{name}{chr(34)}' for name in covered)}){written}"
        base = "".join(f'"{name}": {values[name]}\n' for name in covered) + f'"@signature-params": {signed}'
        message.headers["signature-input"] = f"sig1={signed}"
        message.headers["signature"] = f"sig1=:{b64encode(self._sign(base.encode())).decode()}:"
        return message


def send(message: Message) -> Answer:
    from tongban.portals.gateway.xroad import application

    said: list[Any] = []
    body = b"".join(application(message.environ(), lambda status, headers: said.extend((status, headers))))  # type: ignore[arg-type,misc,return-value]
    return Answer(int(said[0].split()[0]), {name.lower(): value for name, value in said[1]}, body)


def signature_base(answer: Answer) -> tuple[bytes, bytes]:
    """What an answer's signature covers, and the signature."""
    params = answer.headers["signature-input"].removeprefix("sig1=")
    names = params.partition(")")[0].strip('("').split('" "')
    values = {**answer.headers, "@status": str(answer.status)}
    base = "".join(f'"{name}": {values[name]}\n' for name in names) + f'"@signature-params": {params}'
    return base.encode(), b64decode(answer.headers["signature"].removeprefix("sig1=:").removesuffix(":"))
