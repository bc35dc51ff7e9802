"""Reading JOSE strictly: base64url, JSON and compact JWS that have exactly one reading. Pure."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tongban.kernel.sentences import say

#: A public key as a JWK.
Jwk = Mapping[str, str]
#: The one algorithm of certificates, status lists and wallets here.
ALGORITHM = "ES256"
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


class BadCredential(ValueError):  # noqa: N818 - the sentence says what is wrong
    """The text cannot be believed.

    `what`: unreadable, altered, unknown issuer, binding (not shown by its holder, or not to us), term (not yet or no
    longer), status (its list cannot be used), unlogged (signed beside the ledger), query (not what was asked for), holder
    (somebody else's).
    """

    def __init__(self, what: str, sentence: str) -> None:
        super().__init__(sentence)
        self.what, self.sentence = what, sentence


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """What base64url without padding holds.

    Raises:
        BadCredential: padding, other characters, or bits that say nothing: a second way to write the same bytes.
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise _unreadable()
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise _unreadable()
    return data


def read_json(data: bytes) -> Any:
    """The value of UTF-8 JSON.

    Raises:
        BadCredential: no JSON, a name given twice, a number that JSON has not, nested without end.
    """
    try:
        value = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        if b"\\u" in data:  # half of a pair of surrogates is no character: nothing could show or store it
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    return value


def read_jws(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a compact JWS; nothing is believed yet.

    Raises:
        BadCredential: it is none.
    """
    pieces = token.split(".")
    if len(pieces) != 3 or not all(pieces[:2]):
        raise BadCredential("unreadable", "这不是一份带签名的文本（应有用点分开的三段）。")
    header, claims = (read_json(unb64(piece)) for piece in pieces[:2])
    unb64(pieces[2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _unreadable()
    return header, claims


def check_header(header: Mapping[str, Any], *, media_type: str) -> None:
    """The type and the algorithm that a header must name; extensions that we do not know make it refused (`crit`).

    Raises:
        BadCredential: another type, `none` or another algorithm, or an unknown extension.
    """
    if header.get("typ") != media_type:
        raise BadCredential("unreadable", say("文本的类型不是 {type}。", type=media_type))
    if header.get("alg") != ALGORITHM:
        raise BadCredential("unreadable", say("只接受 {alg} 签名算法。", alg=ALGORITHM))
    if "crit" in header:
        raise BadCredential("unreadable", "文本要求一种这里不认识的扩展。")


def check_signature(token: str, jwk: Mapping[str, Any]) -> None:
    """That a compact JWS was signed with ES256 by the key.

    Raises:
        BadCredential: it was not, or the key is none of P-256.
    """
    try:
        jws.deserialize_compact(token, _key(jwk), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise BadCredential("altered", "签名与内容不符，内容或签名被改动过。") from error


def check_public_key(jwk: object) -> dict[str, str]:
    """A public key of P-256 as a JWK, only the members that are the key.

    Raises:
        BadCredential: another kind of key, a point off the curve, or a private key, which nobody may be shown.
    """
    if not isinstance(jwk, dict) or _PRIVATE & jwk.keys():
        raise BadCredential("binding", "钥匙应是一个公钥，而且不能带私钥。")
    try:
        _key(jwk)
    except (JoseError, ValueError) as error:
        raise BadCredential("binding", "钥匙应是 P-256 曲线的公钥（JWK）。") from error
    return {name: str(jwk[name]) for name in ("kty", "crv", "x", "y")}


def make_jws(header: Mapping[str, Any], claims: Mapping[str, Any], *, sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS; `sign` makes the 64 bytes of ES256."""
    parts = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (header, claims)]
    signed = ".".join(b64(part.encode()) for part in parts)
    return f"{signed}.{b64(sign(signed.encode()))}"


def _key(jwk: Mapping[str, Any]) -> ECKey:
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("not a key of P-256")
    x, y = jwk.get("x"), jwk.get("y")
    if not isinstance(x, str) or not isinstance(y, str):
        raise ValueError("no point")  # noqa: TRY004 - a key that cannot be read, whatever its fields are
    return _imported(x, y)


@lru_cache(maxsize=1024)
def _imported(x: str, y: str) -> ECKey:
    """Issuers sign often: their keys are read once."""
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    _ = key.public_key  # a point off the curve is found here
    return key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _unreadable() -> BadCredential:
    return BadCredential("unreadable", "内容读不出来，它在传递中被改动过。")
