"""Key binding (RFC 9901, 4.3): a holder shows an SD-JWT to one verifier, once. Pure."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tongban.certificates.jose import (
    ALGORITHM,
    BadCredential,
    Jwk,
    b64,
    check_header,
    check_signature,
    make_jws,
    read_jws,
)
from tongban.certificates.sdjwt import SKEW, Credential, check_sd_jwt

MEDIA_TYPE = "kb+jwt"
#: How long ago a holder may have made it.
MAX_AGE = timedelta(minutes=5)


def bind(sd_jwt: str, *, audience: str, nonce: str, now: datetime, sign: Callable[[bytes], bytes]) -> str:
    """A presentation: the SD-JWT with the disclosures that are shown, and the proof of the holder's key."""
    claims = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": b64(hashlib.sha256(sd_jwt.encode()).digest()),
    }
    return sd_jwt + make_jws({"alg": ALGORITHM, "typ": MEDIA_TYPE}, claims, sign=sign)


def check_presentation(
    text: str, keys: Mapping[tuple[str, str], Jwk], *, audience: str, nonce: str, now: datetime
) -> Credential:
    """Check an SD-JWT that its holder shows to `audience` in answer to `nonce`.

    Raises:
        BadCredential: the credential does not hold; or (`binding`) it was not shown by its holder, not to us, not in
            answer to this nonce, not lately, or with other disclosures.
    """
    sd_jwt, last, proof = text.strip().rpartition("~")
    credential = check_sd_jwt(sd_jwt + last, keys, now=now)
    if credential.holder_key is None:
        raise BadCredential("binding", "这份证照没有绑定持证人的钥匙，不能这样出示。")
    if not proof:
        raise BadCredential("binding", "没有持证人钥匙的签名，不能证明是持证人本人出示的。")
    claims = _proof(proof, credential.holder_key)
    if claims.get("aud") != audience:
        raise BadCredential("binding", "这是出示给另一方的，不是给本机关的。")
    if not _same(claims.get("nonce"), nonce):
        raise BadCredential("binding", "这不是对本次请求的答复。请重新扫码出示。")
    if not _same(claims.get("sd_hash"), b64(hashlib.sha256((sd_jwt + last).encode()).digest())):
        raise BadCredential("binding", "持证人签名时出示的不是这些内容。")
    made = claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, int):
        raise BadCredential("binding", "持证人的签名没有写明时间。")
    if not (now - MAX_AGE).timestamp() <= made <= (now + SKEW).timestamp():
        raise BadCredential("binding", "持证人的签名不是刚刚作出的。请核对手机的时间，重新出示。")
    return replace(credential, bound=True)


def _proof(proof: str, key: Mapping[str, str]) -> dict[str, Any]:
    """What the holder signed; the header is looked at before the signature."""
    header, claims = read_jws(proof)
    check_header(header, media_type=MEDIA_TYPE)
    try:
        check_signature(proof, key)
    except BadCredential as error:
        raise BadCredential("binding", "出示的人没有持证人的钥匙。") from error
    return claims


def _same(given: object, due: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), due.encode())
