"""Signed messages: one fixed profile of RFC 9421 (design 8), read strictly.

A request covers `@method @authority @path @query content-digest`, every header of the protocol that it has, and nothing
else, under one label, with `created`, `keyid`, `nonce` and the tag `tongban-exchange-v1`. An answer covers its status,
type, digest and the headers that bind it to its question.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tongban.portals.gateway.wire import WireError

TAG = "tongban-exchange-v1"
#: How old a signature may be, and how far a caller's clock may run ahead, in seconds.
AGE_MAX, AHEAD_MAX = 60, 30
ALWAYS = ("@method", "@authority", "@path", "@query", "content-digest")
ALGORITHMS = {"ES256": "ecdsa-p256-sha256", "Ed25519": "ed25519"}
_INPUT = re.compile(
    r'(?P<label>[a-z][a-z0-9_-]{0,30})=(?P<params>\((?P<covered>"[a-z@-]{1,40}"(?: "[a-z@-]{1,40}"){0,20})\)'
    r'(?P<rest>(?:;[a-z]{3,8}=(?:[0-9]{1,12}|"[\x21\x23-\x5b\x5d-\x7e]{1,200}")){1,6}))'
)
_PARAMETER = re.compile(r';([a-z]{3,8})=(?:([0-9]{1,12})|"([^"]*)")')
_SIGNATURE = re.compile(r"(?P<label>[a-z][a-z0-9_-]{0,30})=:(?P<value>[A-Za-z0-9+/]{86}==):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True)
class Signed:
    """What a signature says of itself, before it is verified."""

    key: str
    created: int
    nonce: str
    algorithm: str
    covered: tuple[str, ...]
    params: str
    signature: bytes


def read_signature(input_header: str, signature_header: str, *, now: float) -> Signed:
    """The one signature of a request.

    Raises:
        WireError: there is none, or more than one, or it is not of the profile, or its time is over.
    """
    found, value = _INPUT.fullmatch(input_header), _SIGNATURE.fullmatch(signature_header)
    if not found or not value or found["label"] != value["label"]:
        raise _unsigned("请求要有且只有一个签名（RFC 9421），按接口说明里的次序和参数。")
    pairs = _PARAMETER.findall(found["rest"])
    given = {name: number or text for name, number, text in pairs}
    if len(given) != len(pairs) or not {"created", "keyid", "nonce", "tag"} <= given.keys() <= _KNOWN:
        raise _unsigned("签名参数应有 created、keyid、nonce、tag，各一次；可以有 expires、alg。")
    if given["tag"] != TAG or any(bool(number) != (name in _NUMBERS) for name, number, _text in pairs):
        raise _unsigned(f"签名的 tag 应为 {TAG}，created 和 expires 应为秒数，其余参数带引号。")
    created = int(given["created"])
    if created > now + AHEAD_MAX:
        raise _unsigned("签名的时间在将来，请校准时钟。")
    if created < now - AGE_MAX or int(given.get("expires", created + AGE_MAX)) < now:
        raise _unsigned(f"签名已过期：从签名到收到不能超过 {AGE_MAX} 秒。请重新签名再发。")
    covered = tuple(found["covered"].strip('"').split('" "'))
    signature = b64decode(value["value"])
    if b64encode(signature).decode() != value["value"]:  # the last letter has bits that nobody would miss
        raise _unsigned("签名不是 base64。")
    return Signed(
        given["keyid"], created, given["nonce"], given.get("alg", ""), covered, found["params"], signature
    )


def check_covered(signed: Signed, headers: Sequence[str]) -> None:
    """Every part of the profile that the request has must be signed, and nothing beside it.

    Raises:
        WireError: names what is missing or too much.
    """
    wanted, given = {*ALWAYS, *headers}, set(signed.covered)
    if len(given) != len(signed.covered) or wanted != given:
        named = "、".join(sorted(wanted ^ given)) or "有重复"
        raise _unsigned(f"签名覆盖的部分不对：{named}。")


def check_digest(header: str, body: bytes) -> None:
    """The body must be the one whose digest is signed (RFC 9530).

    Raises:
        WireError: no digest, another form, or another body.
    """
    found = _DIGEST.fullmatch(header)
    if not found or not compare_digest(found[1], b64encode(hashlib.sha256(body).digest()).decode()):
        raise _unsigned("Content-Digest 应为正文的 sha-256（正文为空也要有），现在没有或者对不上。")


def check_signature(signed: Signed, values: Mapping[str, str], *, suite: str, public: bytes) -> bytes:
    """Verify, and give the signature base that was signed.

    Raises:
        WireError: the signature is not by that key over these values.
    """
    base = (
        "".join(f'"{name}": {values[name]}\n' for name in signed.covered)
        + f'"@signature-params": {signed.params}'
    )
    if signed.algorithm and signed.algorithm != ALGORITHMS.get(suite):
        raise _unsigned(f"密钥 {signed.key} 不用算法 {signed.algorithm}。")
    data = base.encode()
    try:
        key = _public_key(suite, public)
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signed.signature, data)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signed.signature[:32], signed.signature[32:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise _unsigned("签名核不过：密钥、地址、报头或正文有一处和签的不一样。") from error
    return data


def signature_headers(
    values: Mapping[str, str], *, key: str, created: int, sign: Callable[[bytes], bytes]
) -> list[tuple[str, str]]:
    """The two headers of an answer signed over `values`, in their order."""
    covered = " ".join(f'"{name}"' for name in values)
    params = f'({covered});created={created};keyid="{key}";alg="ecdsa-p256-sha256";tag="{TAG}"'
    base = (
        "".join(f'"{name}": {value}\n' for name, value in values.items()) + f'"@signature-params": {params}'
    )
    signature = b64encode(sign(base.encode())).decode()
    return [("signature-input", f"sig1={params}"), ("signature", f"sig1=:{signature}:")]


def digest_header(body: bytes) -> str:
    """The value of Content-Digest (RFC 9530)."""
    return f"sha-256=:{b64encode(hashlib.sha256(body).digest()).decode()}:"


@lru_cache(10_000)
def _public_key(suite: str, public: bytes) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    if suite == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(public)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def _unsigned(sentence: str) -> WireError:
    return WireError("Client.Unauthorized", sentence, 401)


_NUMBERS = {"created", "expires"}
_KNOWN = {*_NUMBERS, "keyid", "nonce", "tag", "alg"}
