"""The words of OpenID4VP 1.0 as we speak them: the signed request, its DCQL query, and reading what wallets send. Pure."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.certificates.jose import ALGORITHM, BadCredential, read_json
from tongban.certificates.sdjwt import MEDIA_TYPE as FORMAT
from tongban.certificates.wallets.refusals import WalletRefused
from tongban.kernel.sentences import say

REQUEST_TYPE = "oauth-authz-req+jwt"
#: Whom a request is for where the wallet was not discovered (VP 5.8).
AUDIENCE = "https://self-issued.me/v2"
RESPONSE_MODE = "direct_post"
CLIENT_ID_PREFIX = "x509_san_dns"
#: The id of the one query of a request.
QUERY = "certificate"
#: What a wallet may send at most (a certificate is about 2 KB).
TEXT_MAX = 100_000
NONCE_MAX = 512
ANOTHER = "other"
#: What wallets answer instead of showing something (VP 8.5), and what else they say as `other`.
WALLET_ERRORS = {
    "access_denied": "持证人没有同意出示。",
    "wallet_unavailable": "钱包没有打开，或者不能用。",
    "vp_formats_not_supported": "这个钱包不支持本市证照的格式（dc+sd-jwt）。",
    "invalid_request_uri_method": "这个钱包不支持取请求的方式。",
    "invalid_request": "钱包认为请求有误。",
    "invalid_client": "钱包不信任请求方的身份。",
    "invalid_scope": "钱包认为请求有误。",
    ANOTHER: "钱包没有出示，原因没有说明。",
}


@dataclass(frozen=True)
class Asking:
    """What a request says: to whom the answer goes, what it has to be for, and what is asked for."""

    client_id: str
    response_uri: str
    nonce: str
    state: str
    query: Mapping[str, Any]
    client_name: str
    made: datetime
    ends: datetime


def dcql_query(vct_values: Sequence[str], claims: Sequence[str]) -> dict[str, Any]:
    """A query for one certificate of a type, in whichever of its editions, with these claims and no others (VP 6)."""
    asked: dict[str, Any] = {"id": QUERY, "format": FORMAT, "meta": {"vct_values": list(vct_values)}}
    if claims:
        asked["claims"] = [{"path": [name]} for name in claims]
    return {"credentials": [asked]}


def request_claims(asking: Asking, *, wallet_nonce: str = "") -> dict[str, Any]:
    """The claims of a request object (VP 5); `wallet_nonce` is what the wallet sent to see that it is fresh."""
    algorithms = {"sd-jwt_alg_values": [ALGORITHM], "kb-jwt_alg_values": [ALGORITHM]}
    return {
        "aud": AUDIENCE,
        "iat": int(asking.made.timestamp()),
        "exp": int(asking.ends.timestamp()),
        "client_id": asking.client_id,
        "response_type": "vp_token",
        "response_mode": RESPONSE_MODE,
        "response_uri": asking.response_uri,
        "nonce": asking.nonce,
        "state": asking.state,
        "dcql_query": dict(asking.query),
        "client_metadata": {"client_name": asking.client_name, "vp_formats_supported": {FORMAT: algorithms}},
        **({"wallet_nonce": wallet_nonce} if wallet_nonce else {}),
    }


def check_wallet(form: Mapping[str, Sequence[str]]) -> str:
    """What a wallet says of itself when it fetches the request by POST (VP 5.10); returns its nonce, empty without one.

    Raises:
        WalletRefused: it cannot answer what is asked here, or says nothing that can be read.
    """
    told, wallet_nonce = _only(form, "wallet_metadata"), _only(form, "wallet_nonce")
    if told:
        metadata = _json(told, "wallet_metadata")
        if not isinstance(metadata, dict):
            raise WalletRefused("invalid_request", "wallet_metadata must be a JSON object")
        _check_metadata(metadata)
    if len(wallet_nonce) > NONCE_MAX:
        raise WalletRefused("invalid_request", "wallet_nonce is too long")
    return wallet_nonce


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    formats = metadata.get("vp_formats_supported")
    if formats is not None:
        if not isinstance(formats, dict) or FORMAT not in formats:
            raise WalletRefused("invalid_request", f"The wallet does not support the format {FORMAT}")
        for name in ("sd-jwt_alg_values", "kb-jwt_alg_values"):
            _check_among(formats[FORMAT] if isinstance(formats[FORMAT], dict) else {}, name, ALGORITHM)
    _check_among(metadata, "request_object_signing_alg_values_supported", ALGORITHM)
    _check_among(metadata, "client_id_prefixes_supported", CLIENT_ID_PREFIX)
    _check_among(metadata, "response_modes_supported", RESPONSE_MODE)


def _check_among(metadata: Mapping[str, Any], name: str, wanted: str) -> None:
    told = metadata.get(name)
    if told is not None and (not isinstance(told, list) or wanted not in told):
        raise WalletRefused("invalid_request", f"The wallet does not support {wanted} ({name})")


@dataclass(frozen=True)
class Answer:
    """What a wallet answered: the presentation, or an error instead of it."""

    token: str = ""
    error: str = ""


def read_answer(form: Mapping[str, Sequence[str]], *, state: str) -> Answer:
    """Read what was posted to the response URI (VP 8.2); the token itself is looked at by `presented_text`.

    Raises:
        WalletRefused: no answer to the request with this `state`.
    """
    if not hmac.compare_digest(_only(form, "state").encode(), state.encode()):
        raise WalletRefused("invalid_request", "state is missing or belongs to another request")
    token, error = _only(form, "vp_token"), _only(form, "error")
    if bool(token) == bool(error):
        raise WalletRefused(
            "invalid_request", "Exactly one of vp_token and error must be sent, as direct_post"
        )
    if error:
        return Answer(error=error if error in WALLET_ERRORS else ANOTHER)
    return Answer(token=token)


def presented_text(token: str) -> str:
    """The one presentation in a `vp_token` (VP 8.1).

    Raises:
        BadCredential: `query`, it is not the answer to the one query; `unreadable`.
    """
    if len(token) > TEXT_MAX:
        raise BadCredential("unreadable", "钱包发来的内容太大，不是一份证照。")
    given = read_json(token.encode(errors="replace"))
    if not isinstance(given, dict) or list(given) != [QUERY]:
        raise BadCredential("query", "钱包没有照请求的写法回答。")
    texts = given[QUERY]
    if not isinstance(texts, list) or len(texts) != 1 or not isinstance(texts[0], str):
        raise BadCredential("query", "只请求了一份证照，钱包发来的不是一份。")
    return texts[0]


def check_answers(
    claims: Mapping[str, Any], vct: str, *, asked: str, vct_values: Sequence[str], titles: Mapping[str, str]
) -> None:
    """That a checked certificate is what was asked for (title): its type, and every asked claim is there (VP 6.4).

    Raises:
        BadCredential: `query`.
    """
    if vct not in vct_values:
        raise BadCredential("query", say("出示的是另一种证照。请选「{title}」重新出示。", title=asked))
    if missing := [title for name, title in titles.items() if name not in claims]:
        raise BadCredential(
            "query",
            say("出示的内容里没有：{missing}。请重新出示，并同意给出这几项。", missing="、".join(missing)),
        )


def _only(form: Mapping[str, Sequence[str]], name: str) -> str:
    """A parameter that may be sent once (RFC 6749, 3.1); empty without it."""
    values = form.get(name, ())
    if len(values) > 1:
        raise WalletRefused("invalid_request", f"{name} was sent more than once")
    return values[0] if values else ""


def _json(text: str, name: str) -> Any:
    try:
        return read_json(text.encode(errors="replace"))
    except BadCredential as error:
        raise WalletRefused("invalid_request", f"{name} is not JSON") from error
