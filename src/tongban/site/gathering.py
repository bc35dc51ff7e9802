"""The command `feed`: our key for other nodes' gateways, and gathering from their feeds over HTTP.

Each page is asked with a signature of its own (RFC 9421, the profile of docs/calling.md) and taken only if the answer is
signed by the gateway's key that the gathering names, over this body, as the answer to this question.
"""

import hashlib
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Unavailable
from tongban.keys.api import custody, ensure_key
from tongban.registers.api import FedPage, Pulled, Source, begin_gathering, gathering_of, pull

TAG = "tongban-exchange-v1"
TIMEOUT_S = 60.0
PAGE_BYTES_MAX = 32 * 1024 * 1024
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_INPUT = re.compile(r'sig1=(\("[a-z@-]+"(?: "[a-z@-]+")*\)(?:;[a-z]+=(?:\d+|"[^"]*"))+)')
#: What an answer's signature has to cover, if it is to be the answer to our question.
_BOUND = {"@status", "content-digest", "x-road-client", "x-road-id", "x-road-service", "x-road-request-hash"}
#: Headers that we act on: signed, or not believed.
_SAID = ("tongban-cursor", "tongban-changes", "tongban-more", "x-road-request-id")


def show_key(name: str) -> None:
    """Print the public half of our key for other nodes (hex); it is made at the first time."""
    ensure_key(_key_name(name), "ES256")
    print(custody().public(_key_name(name)).hex())  # noqa: T201 - the terminal is the page here


def gather(name: str, *, address: str, client: str, key: str, trusted: str) -> Pulled:
    """Go on with a gathering until the newest change; with `address`, begin it.

    Raises:
        BadInput: the address, or what comes from it, cannot be taken.
        Unavailable: the other node does not answer.
    """
    if address:
        _check_address(address)
        try:
            public = bytes.fromhex(trusted)
        except ValueError as error:
            raise BadInput("--trusted 应为网关公钥的十六进制。") from error
        begin_gathering(name=name, address=address.rstrip("/"), client=client, key=key, trusted=public)
    source = gathering_of(name)
    with _asking(source) as ask:
        return pull(name, ask)


class _Asking:
    """Asks the pages of one source, over one kept connection."""

    def __init__(self, source: Source, link: httpx2.Client) -> None:
        self.source, self.link = source, link
        self.place = urlsplit(source.address)
        self.trusted = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), source.trusted)

    def __call__(self, form: str, cursor: str) -> FedPage:
        query = f"cursor={cursor}" if cursor else ""
        headers, asked = self._signed(f"{self.place.path}/{form}", query)
        status, given, body = self._get(f"{self.source.address}/{form}{'?' if query else ''}{query}", headers)
        if status == 410 and given.get("x-road-error") == "Client.CursorExpired":
            return FedPage({}, b"", expired=True)
        if status != 200:
            sentence = f"对方回答 {status}（{given.get('x-road-error', '没有说明')}）：{body[:500].decode('utf-8', 'replace')}"
            raise Unavailable(sentence)
        return FedPage(self._checked(given, body, headers["x-road-id"], asked), body)

    def _signed(self, path: str, query: str) -> tuple[dict[str, str], str]:
        """The headers to send, and the request hash that the answer must name."""
        headers = {"x-road-client": self.source.client, "x-road-id": secrets.token_hex(16)}
        empty = f"sha-256=:{b64encode(hashlib.sha256(b'').digest()).decode()}:"
        values = {
            "@method": "GET",
            "@authority": self.place.netloc.lower(),
            "@path": path,
            "@query": f"?{query}",
        }
        values |= {"content-digest": empty, **headers}
        covered = " ".join(f'"{name}"' for name in values)
        made = int(clock.real_now().timestamp())
        params = f'({covered});created={made};keyid="{self.source.key}";nonce="{secrets.token_hex(16)}";tag="{TAG}"'
        base = _base(values, params)
        signature = b64encode(custody().sign(_key_name(self.source.key), base)).decode()
        both = hashlib.sha512(base).digest() + hashlib.sha512(b"").digest()
        sent = {**headers, "content-digest": empty, "signature-input": f"sig1={params}"}
        return {**sent, "signature": f"sig1=:{signature}:"}, b64encode(hashlib.sha512(both).digest()).decode()

    def _get(self, address: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        try:
            with self.link.stream("GET", address, headers=dict(headers)) as answer:
                pieces, size = [], 0
                for piece in answer.iter_bytes():
                    pieces.append(piece)
                    size += len(piece)
                    if size > PAGE_BYTES_MAX:
                        raise BadInput("对方给出的一页比一页该有的大，没有采用。")
                named = {name.lower(): value for name, value in answer.headers.items()}
                return answer.status_code, named, b"".join(pieces)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise Unavailable(
                f"{self.source.address} 现在没有应答（{type(error).__name__}）；以后接着取。"
            ) from error

    def _checked(self, given: Mapping[str, str], body: bytes, message: str, asked: str) -> dict[str, str]:
        """The headers that the gateway's key signed together with this body, as the answer to this question."""
        found = _INPUT.fullmatch(given.get("signature-input", ""))
        covered = found[1].partition(")")[0].strip('("').split('" "') if found else []
        said = {"@status": "200", **given}
        service = self.place.path.removeprefix("/r1/")
        wanted = {
            "content-digest": f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:",
            "x-road-client": self.source.client,
            "x-road-id": message,
            "x-road-service": service,
            "x-road-request-hash": asked,
        }
        wrong = [name for name, value in wanted.items() if given.get(name) != value]
        wrong += sorted(_BOUND - set(covered)) + [name for name in covered if name not in said]
        wrong += [name for name in _SAID if name in given and name not in covered]
        if (
            not found
            or wrong
            or not self._holds(given, _base({name: said[name] for name in covered}, found[1]))
        ):
            named = "、".join(dict.fromkeys(wrong)) or "签名"
            raise BadInput(f"对方给出的一页核对不上（{named}），没有采用。请核对网关公钥，再告诉对方。")
        return {name: given[name] for name in covered if name in given}

    def _holds(self, given: Mapping[str, str], base: bytes) -> bool:
        try:
            raw = b64decode(
                given.get("signature", "").removeprefix("sig1=:").removesuffix(":"), validate=True
            )
            r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
            self.trusted.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, BadBase64, ValueError):
            return False
        return True


@contextmanager
def _asking(source: Source) -> Iterator[_Asking]:
    _check_address(source.address)
    with httpx2.Client(timeout=httpx2.Timeout(TIMEOUT_S), follow_redirects=False, trust_env=True) as link:
        yield _Asking(source, link)


def _check_address(address: str) -> None:
    place = urlsplit(address)
    safe = place.scheme == "https" or (place.scheme == "http" and place.hostname in _LOOPBACK)
    if not safe or not re.fullmatch(r"/r1/[^/]+/[^/]+/[^/]+/[^/]+/[^/]+/?", place.path) or place.query:
        raise BadInput(
            "--address 应为 https://主机/r1/实例/类别/成员/子系统/资源；http 只用于本机。", field="address"
        )


def _base(values: Mapping[str, str], params: str) -> bytes:
    lines = "".join(f'"{name}": {value}\n' for name, value in values.items())
    return f'{lines}"@signature-params": {params}'.encode()


def _key_name(key: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", key):
        raise BadInput("密钥编号只用字母、数字、点、横线和下划线。", field="key")
    return f"client.{key}"
