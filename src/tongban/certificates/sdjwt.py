"""SD-JWT (RFC 9901) as SD-JWT VC: making one, and checking one. Pure; signing is the caller's."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tongban.kernel.sentences import say

MEDIA_TYPE = "dc+sd-jwt"
#: A public key as a JWK.
Jwk = Mapping[str, str]
#: How the file of trusted issuers writes a moment (UTC).
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_DECOYS = 3
_PROTECTED = {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"}


class BadCredential(ValueError):  # noqa: N818 - the sentence says what is wrong
    """The text is no SD-JWT that can be believed. `what`: unreadable, altered, unknown issuer."""

    def __init__(self, what: str, sentence: str) -> None:
        super().__init__(sentence)
        self.what, self.sentence = what, sentence


@dataclass(frozen=True)
class Credential:
    """What a checked SD-JWT says; `key_id` is the issuer's key, `token_sha256` what the log keeps of its issue."""

    issuer: str
    vct: str
    claims: Mapping[str, Any]
    key_id: str = ""
    token_sha256: str = ""


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def make_sd_jwt(
    claims: Mapping[str, Any], disclosable: Mapping[str, Any], *, key_id: str, sign: Callable[[bytes], bytes]
) -> str:
    """An SD-JWT signed with ES256: `claims` always shown, `disclosable` each in a disclosure of its own."""
    disclosures = [
        b64(json.dumps([_salt(), name, value], ensure_ascii=False).encode())
        for name, value in disclosable.items()
    ]
    decoys = [b64(hashlib.sha256(secrets.token_bytes(32)).digest()) for _ in range(_DECOYS)]
    body = {**claims, "_sd": sorted([*map(_digest, disclosures), *decoys]), "_sd_alg": "sha-256"}
    header = {"alg": "ES256", "typ": MEDIA_TYPE, "kid": key_id}
    signing_input = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(body, ensure_ascii=False).encode())}"
    signature = b64(sign(signing_input.encode()))
    return "~".join([f"{signing_input}.{signature}", *disclosures, ""])


def check_sd_jwt(text: str, keys: Mapping[tuple[str, str], Jwk]) -> Credential:
    """Check an SD-JWT against trusted issuers' keys by (issuer, key id), as JWKs.

    Raises:
        BadCredential: says which of unreadable, unknown issuer, altered.
    """
    token, *disclosures = text.strip().split("~")
    if not disclosures or disclosures[-1] != "":
        raise BadCredential("unreadable", "这不是一份完整的 SD-JWT 证照（应以「~」结尾）。")
    header, claimed = _parts(token)
    if header.get("typ") != MEDIA_TYPE or header.get("alg") != "ES256":
        raise BadCredential("unreadable", "证照的类型或签名算法不对。")
    jwk = keys.get((str(claimed.get("iss")), str(header.get("kid"))))
    if jwk is None:
        raise BadCredential(
            "unknown issuer", say("签发者 {issuer} 不在受信任的名单里。", issuer=claimed.get("iss"))
        )
    try:
        jws.deserialize_compact(token, ECKey.import_key(dict(jwk)), algorithms=["ES256"])
    except (JoseError, ValueError) as error:
        raise BadCredential("altered", "证照的签名与内容不符，内容或签名被改动过。") from error
    claims = {name: value for name, value in claimed.items() if not name.startswith("_sd")}
    _disclose(claims, claimed, disclosures[:-1])
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Credential(str(claimed["iss"]), str(claimed.get("vct")), claims, str(header.get("kid")), digest)


def read_issuer_keys(document: Mapping[str, Any]) -> dict[tuple[str, str], Jwk]:
    """Issuer keys from the file that `issuer_document` writes.

    Raises:
        BadCredential: the file has another form.
    """
    try:
        return {(row["iss"], row["kid"]): row["jwk"] for row in document["issuers"]}
    except (KeyError, TypeError) as error:
        raise BadCredential("unreadable", "签发者名单文件的格式不对。") from error


def read_revoked_issuers(document: Mapping[str, Any]) -> dict[tuple[str, str], datetime]:
    """The issuers' keys of that file that are revoked, each with the moment since which.

    Raises:
        BadCredential: the file has another form.
    """
    try:
        return {
            (row["iss"], row["kid"]): datetime.strptime(row["revoked"], MOMENT).replace(tzinfo=UTC)
            for row in document["issuers"]
            if "revoked" in row
        }
    except (KeyError, TypeError, ValueError) as error:
        raise BadCredential("unreadable", "签发者名单文件的格式不对。") from error


def _disclose(claims: dict[str, Any], body: Mapping[str, Any], disclosures: list[str]) -> None:
    digests = list(body.get("_sd", ()))
    if len(set(digests)) != len(digests):
        raise BadCredential("altered", "证照里有重复的摘要。")
    for disclosure in disclosures:
        if _digest(disclosure) not in digests:
            raise BadCredential("altered", "证照附带的一项内容不在签名之内，它被改动或换过。")
        digests.remove(_digest(disclosure))
        content = _json(disclosure)
        if not isinstance(content, list) or len(content) != 3 or not isinstance(content[1], str):
            raise BadCredential("altered", "证照附带的一项内容格式不对。")
        name = content[1]
        if name in claims or name in _PROTECTED or name in {"_sd", "...", "_sd_alg"}:
            raise BadCredential("altered", say("证照附带的「{name}」与签名内容冲突。", name=name))
        claims[name] = content[2]


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    pieces = token.split(".")
    if len(pieces) != 3:
        raise BadCredential("unreadable", "这不是一份 SD-JWT 证照。")
    header, body = _json(pieces[0]), _json(pieces[1])
    if not isinstance(header, dict) or not isinstance(body, dict):
        raise BadCredential("unreadable", "证照的内容读不出来。")
    return header, body


def _json(encoded: str) -> Any:
    try:
        return json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCredential("unreadable", "证照的内容读不出来，它在传递中被改动过。") from error


def _digest(disclosure: str) -> str:
    return b64(hashlib.sha256(disclosure.encode()).digest())


def _salt() -> str:
    return b64(secrets.token_bytes(16))
