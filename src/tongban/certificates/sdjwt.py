"""SD-JWT (RFC 9901) as SD-JWT VC (`dc+sd-jwt`): making one, and checking one. Pure; signing is the caller's."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tongban.certificates.jose import (
    ALGORITHM,
    BadCredential,
    Jwk,
    b64,
    check_header,
    check_public_key,
    check_signature,
    make_jws,
    read_json,
    read_jws,
    unb64,
)
from tongban.kernel import clock
from tongban.kernel.sentences import say

__all__ = ["BadCredential", "Credential", "Jwk", "b64", "check_sd_jwt", "make_sd_jwt"]

MEDIA_TYPE = "dc+sd-jwt"
#: How the file of trusted issuers writes a moment (UTC).
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
#: Clocks of others may differ from ours.
SKEW = timedelta(seconds=60)
#: Digests come in such numbers, so that nobody counts what was held back.
_DIGESTS_AT_A_TIME = 8
#: What must be readable without any disclosure (SD-JWT VC).
PROTECTED = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})
_RESERVED = frozenset({"_sd", "..."})


@dataclass(frozen=True)
class Credential:
    """What a checked SD-JWT says; `key_id` is the issuer's key, `token_sha256` what the log keeps of its issue.

    `holder_key` is the key it is bound to (`cnf`), `bound` whether its holder has just proven to have it.
    """

    issuer: str
    vct: str
    claims: Mapping[str, Any]
    key_id: str = ""
    token_sha256: str = ""
    holder_key: Mapping[str, str] | None = None
    status: Mapping[str, Any] = field(default_factory=dict)
    bound: bool = False


def make_sd_jwt(
    claims: Mapping[str, Any], disclosable: Mapping[str, Any], *, key_id: str, sign: Callable[[bytes], bytes]
) -> str:
    """An SD-JWT signed with ES256: `claims` always shown, `disclosable` each in a disclosure of its own.

    The elements of a list have disclosures of their own, too. Decoys hide how many there are.

    Raises:
        ValueError: a claim that must always be shown is to be disclosed by choice.
    """
    if wrong := (PROTECTED | _RESERVED) & disclosable.keys():
        raise ValueError(f"these claims are always shown: {sorted(wrong)}")
    disclosures: list[str] = []
    top = [_disclosed(disclosures, name, value) for name, value in disclosable.items()]
    body = dict(claims)
    if top:
        decoys = _DIGESTS_AT_A_TIME - len(top) % _DIGESTS_AT_A_TIME
        hidden = [b64(hashlib.sha256(secrets.token_bytes(32)).digest()) for _ in range(decoys)]
        body |= {"_sd": sorted([*top, *hidden]), "_sd_alg": "sha-256"}
    header = {"alg": ALGORITHM, "typ": MEDIA_TYPE, "kid": key_id}
    return "~".join([make_jws(header, body, sign=sign), *disclosures, ""])


def check_sd_jwt(
    text: str, keys: Mapping[tuple[str, str], Jwk], *, now: datetime | None = None
) -> Credential:
    """Check an SD-JWT without key binding against trusted issuers' keys by (issuer, key id), as JWKs.

    `now` is real time, for `nbf`, `exp` and `iat`; None: this moment.

    Raises:
        BadCredential: says which of unreadable, unknown issuer, altered, term; binding if a holder showed it to
            somebody (then it is checked with what they asked, or not at all).
    """
    token, *disclosures = text.strip().split("~")
    if not disclosures:
        raise BadCredential("unreadable", "这不是一份完整的 SD-JWT 证照（应以「~」结尾）。")
    if disclosures[-1] != "":
        if "." in disclosures[-1]:
            raise BadCredential("binding", "这是持证人出示给另一方的一次性文本，只有那一方能核验。")
        raise BadCredential("unreadable", "这不是一份完整的 SD-JWT 证照（应以「~」结尾）。")
    header, claimed = read_jws(token)
    check_header(header, media_type=MEDIA_TYPE)
    issuer, key_id = claimed.get("iss"), header.get("kid")
    if not isinstance(issuer, str) or not isinstance(key_id, str) or (issuer, key_id) not in keys:
        raise BadCredential("unknown issuer", say("签发者 {issuer} 不在受信任的名单里。", issuer=issuer))
    check_signature(token, keys[issuer, key_id])
    claims = _Disclosing(disclosures[:-1]).processed(claimed)
    check_term(claims, now or clock.real_now())
    return _credential(claims, key_id, hashlib.sha256(token.encode()).hexdigest())


def check_term(claims: Mapping[str, Any], now: datetime) -> None:
    """That a token holds at `now` (`nbf`, `exp`) and was not made in the future (`iat`).

    Raises:
        BadCredential: it does not.
    """
    moments = {}
    for name in ("iat", "nbf", "exp"):
        if name not in claims:
            continue
        value = claims[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadCredential("unreadable", say("时间「{name}」不是一个数。", name=name))
        try:
            moments[name] = datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise BadCredential("unreadable", say("时间「{name}」不是一个时刻。", name=name)) from error
    if moments.get("exp", now) <= now - SKEW:
        raise BadCredential("term", "这份文本已经过了它的有效时间。")
    if max(moments.get("nbf", now), moments.get("iat", now)) > now + SKEW:
        raise BadCredential("term", "这份文本还没有到生效的时间。请核对本机的时钟。")


def _credential(claims: Mapping[str, Any], key_id: str, digest: str) -> Credential:
    vct, bound_to, status = claims.get("vct"), claims.get("cnf"), claims.get("status", {})
    if not isinstance(vct, str) or not vct:
        raise BadCredential("unreadable", "证照没有写明类型（vct）。")
    if not isinstance(status, dict):
        raise BadCredential("unreadable", "证照的状态引用读不出来。")
    holder_key = None
    if bound_to is not None:
        if not isinstance(bound_to, dict) or "jwk" not in bound_to:
            raise BadCredential("unreadable", "证照绑定的持证人钥匙读不出来。")
        holder_key = check_public_key(bound_to["jwk"])
    return Credential(str(claims["iss"]), vct, claims, key_id, digest, holder_key, status)


def _disclosed(disclosures: list[str], name: str, value: Any) -> str:
    """The digest of a new disclosure; the elements of a list are disclosed one by one."""
    if isinstance(value, list):
        value = [{"...": _added(disclosures, [_salt(), element])} for element in value]
    return _added(disclosures, [_salt(), name, value])


def _added(disclosures: list[str], content: list[Any]) -> str:
    disclosures.append(b64(json.dumps(content, ensure_ascii=False).encode()))
    return _digest(disclosures[-1])


class _Disclosing:
    """Puts disclosures where their digests stand (RFC 9901, 7.1): each once, none left over."""

    def __init__(self, disclosures: list[str]) -> None:
        self._by_digest = {_digest(one): one for one in disclosures}
        if len(self._by_digest) != len(disclosures):
            raise BadCredential("altered", "证照附带的一项内容出现了两次。")
        self._seen: set[str] = set()

    def processed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The claims with what was disclosed."""
        if body.get("_sd_alg", "sha-256") != "sha-256":
            raise BadCredential("unreadable", "证照用了这里不认识的摘要算法。")
        try:
            claims = self._object(
                {name: value for name, value in body.items() if name != "_sd_alg"}, top=True
            )
        except RecursionError as error:
            raise BadCredential("unreadable", "证照的内容嵌套太深。") from error
        if self._by_digest:
            raise BadCredential("altered", "证照附带的一项内容不在签名之内，它被改动或换过。")
        return claims

    def _object(self, value: Mapping[str, Any], *, top: bool = False) -> dict[str, Any]:
        if "..." in value:
            raise BadCredential("altered", "证照的内容用了保留的名字「...」。")
        found = {name: self._value(one) for name, one in value.items() if name != "_sd"}
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise BadCredential("unreadable", "证照的摘要表读不出来。")
        for digest in digests:
            content = self._take(digest, length=3)
            if content is None:
                continue
            _, name, disclosed = content
            if not isinstance(name, str) or name in _RESERVED:
                raise BadCredential("altered", "证照附带的一项内容用了保留的名字。")
            if name in found or (top and (name in PROTECTED or name == "_sd_alg")):
                raise BadCredential("altered", say("证照附带的「{name}」与签名内容冲突。", name=name))
            found[name] = self._value(disclosed)
        return found

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return [one for element in value for one in self._element(element)]
        return value

    def _element(self, element: Any) -> list[Any]:
        """An element of a list; none where its disclosure was held back."""
        if not isinstance(element, dict) or "..." not in element:
            return [self._value(element)]
        if len(element) != 1:
            raise BadCredential("altered", "证照的内容用了保留的名字「...」。")
        content = self._take(element["..."], length=2)
        return [] if content is None else [self._value(content[1])]

    def _take(self, digest: object, *, length: int) -> list[Any] | None:
        if not isinstance(digest, str):
            raise BadCredential("unreadable", "证照的摘要表读不出来。")
        if digest in self._seen:
            raise BadCredential("altered", "证照里有重复的摘要。")
        self._seen.add(digest)
        disclosure = self._by_digest.pop(digest, None)
        if disclosure is None:
            return None
        content = read_json(unb64(disclosure))
        if not isinstance(content, list) or len(content) != length or not isinstance(content[0], str):
            raise BadCredential("altered", "证照附带的一项内容格式不对。")
        return content


def _digest(disclosure: str) -> str:
    try:
        return b64(hashlib.sha256(disclosure.encode("ascii")).digest())
    except UnicodeEncodeError as error:
        raise BadCredential("unreadable", "内容读不出来，它在传递中被改动过。") from error


def _salt() -> str:
    return b64(secrets.token_bytes(16))
