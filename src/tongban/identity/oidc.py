"""Signing in at an OpenID Connect provider: code flow with PKCE (RFC 7636), state and nonce, the id token checked.

Authlib speaks OAuth, joserfc checks the token. The provider is asked for its addresses each time, so that it may
rotate keys; nothing of it is trusted but what its configured issuer signs or serves over TLS (plain http: loopback only).
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tongban.identity.ports import Claim, Departure
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Misconfigured, Unavailable
from tongban.kernel.sentences import say

#: No `none`, no HMAC with the client secret: only signatures that the provider alone can make.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
TIMEOUT_S = 5.0
LEEWAY_S = 60
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NOT_PROVED = "外部登录没有完成。请再试一次，或者用用户名和密码登录。"


@dataclass(frozen=True)
class OidcSignIn:
    """A provider of people. `id_claim` holds the identity number, `verified_claim` must be true for it to count."""

    code: str
    title: str
    issuer: str
    client_id: str
    client_secret: str
    id_claim: str = "id_number"
    verified_claim: str = "id_number_verified"
    standing: str = "delegate"

    def __post_init__(self) -> None:
        """Refuse an issuer that anybody on the way could play.

        Raises:
            Misconfigured: the issuer is not an https address.
        """
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise Misconfigured(f"TONGBAN_OIDC_ISSUER must be an https address, not {self.issuer!r}.")

    def begin(self, *, back: str) -> Departure:
        """The provider's page.

        Raises:
            Unavailable: it does not answer.
        """
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._about(client)["authorization_endpoint"],
                state=kept["state"],
                nonce=kept["nonce"],
                code_verifier=kept["verifier"],
            )
        return Departure(str(address), kept)

    def finish(self, *, given: Mapping[str, str], kept: Mapping[str, str], back: str) -> Claim:
        """Who the provider says has signed in there.

        Raises:
            BadInput: it was called off, another session began it, or an answer is not the provider's.
            Unavailable: the provider does not answer.
        """
        state = given.get("state", "").encode()
        if not given.get("code") or not hmac.compare_digest(state, kept.get("state", "").encode()):
            raise BadInput(_NOT_PROVED)
        try:
            with self._client(back) as client:
                about = self._about(client)
                token = client.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=given["code"],
                    code_verifier=kept["verifier"],
                )
                keys = _json(client, about["jwks_uri"])
                claims = self._checked(token["id_token"], keys, nonce=kept["nonce"])
                if self.id_claim not in claims and "userinfo_endpoint" in about:
                    claims = _joined(claims, _json(client, about["userinfo_endpoint"], withhold_token=False))
        except httpx2.HTTPError as silent:
            raise self._silent() from silent
        except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as refusal:
            raise BadInput(_NOT_PROVED) from refusal
        return Claim(
            provider=self.code,
            subject=str(claims["sub"]),
            id_number=str(claims.get(self.id_claim, "")),
            name=str(claims.get("name", "")),
            verified=claims.get(self.verified_claim) is True,
        )

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.client_secret,
            scope="openid profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _about(self, client: OAuth2Client) -> dict[str, Any]:
        """The provider's own description (OpenID Connect Discovery 4), which must name the configured issuer."""
        try:
            about = _json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        except (httpx2.HTTPError, ValueError) as silent:
            raise self._silent() from silent
        if about.get("issuer") != self.issuer:
            raise self._silent()
        return about

    def _checked(self, id_token: str, keys: dict[str, Any], *, nonce: str) -> dict[str, Any]:
        """The claims of an id token that is signed, for us, for this visitor, and fresh (OpenID Connect Core 3.1.3.7)."""
        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        registry = jwt.JWTClaimsRegistry(
            now=int(clock.real_now().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(claims)
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise ValueError("the token is meant for another client")
        return claims

    def _silent(self) -> Unavailable:
        return Unavailable(
            say("「{title}」现在没有回应。请稍后再试，或者用用户名和密码登录。", title=self.title)
        )


def _json(client: OAuth2Client, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
    answer = client.request("GET", address, withhold_token=withhold_token)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError(f"{address} answers something else than an object")
    return found


def _joined(claims: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Claims of the userinfo address count only for the same subject (OpenID Connect Core 5.3.2)."""
    if told.get("sub") != claims["sub"]:
        raise ValueError("the provider tells of another subject")
    return {**told, **claims}
