"""Key proofs of wallets: the proof type `jwt` (VCI appendix F.1), checked as F.4 says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey

from tongban.certificates.jose import (
    ALGORITHM,
    BadCredential,
    check_header,
    check_public_key,
    check_signature,
    read_jws,
)
from tongban.certificates.sdjwt import check_term
from tongban.certificates.wallets.refusals import WalletRefused

MEDIA_TYPE = "openid4vci-proof+jwt"
PROOF_TYPE = "jwt"
#: How long ago a wallet may have made it; its nonce is looked at by itself.
MAX_AGE = timedelta(minutes=5)
_KEY_HEADERS = {"jwk", "kid", "x5c"}
#: Headers that bring trust of a kind that nothing here evaluates: to ignore them would be to vouch for them.
_NOT_TAKEN = {"key_attestation", "trust_chain"}


@dataclass(frozen=True)
class Proven:
    """The keys (JWK) that a wallet has proven to have, each once, and the nonces that its proofs were made for."""

    keys: tuple[Mapping[str, str], ...]
    nonces: frozenset[str]


def check_proofs(given: object, *, issuers: Sequence[str], client: str, most: int, now: datetime) -> Proven:
    """Check the `proofs` of a credential request.

    `issuers` are the identifiers that the proofs may be for, `client` is the client id of the token request.

    Raises:
        WalletRefused: `invalid_proof`; `invalid_credential_request` for more proofs than the metadata allow.
    """
    if not isinstance(given, dict) or list(given) != [PROOF_TYPE]:
        raise _invalid("proofs must hold exactly one member, jwt")
    tokens = given[PROOF_TYPE]
    if not isinstance(tokens, list) or not tokens or not all(isinstance(one, str) for one in tokens):
        raise _invalid("proofs.jwt must be a non-empty array of JWTs")
    if len(tokens) > most:
        raise WalletRefused("invalid_credential_request", f"At most {most} proofs are taken at a time")
    found = [_proof(one, issuers=issuers, client=client, now=now) for one in tokens]
    keys = {(key["x"], key["y"]): key for key, _nonce in found}
    if len(keys) != len(found):
        raise _invalid("Each proof must be for a key of its own")
    return Proven(tuple(keys.values()), frozenset(nonce for _key, nonce in found))


def thumbprint(key: Mapping[str, str]) -> str:
    """The thumbprint of a key (RFC 7638)."""
    return ECKey.import_key(dict(key)).thumbprint()


def _proof(
    token: str, *, issuers: Sequence[str], client: str, now: datetime
) -> tuple[Mapping[str, str], str]:
    """The key and the nonce of one proof."""
    try:
        header, claims = read_jws(token)
    except BadCredential as error:
        raise _invalid("The proof is not a compact JWS") from error
    key = _key(header)
    try:
        check_signature(token, key)
    except BadCredential as error:
        raise _invalid("The signature was not made with the key in the header") from error
    _check_claims(claims, issuers=issuers, client=client, now=now)
    return key, claims["nonce"]


def _key(header: Mapping[str, Any]) -> dict[str, str]:
    """The key that a header names; type and algorithm are looked at first."""
    try:
        check_header(header, media_type=MEDIA_TYPE)
    except BadCredential as error:
        raise _invalid(f"typ must be {MEDIA_TYPE} and alg {ALGORITHM}, without crit") from error
    if len(_KEY_HEADERS & header.keys()) != 1:
        raise _invalid("The header must hold exactly one of jwk, kid and x5c")
    if "jwk" not in header:
        raise _invalid("Keys are taken as jwk only")
    if _NOT_TAKEN & header.keys():
        raise _invalid("Key attestations and trust chains are not supported")
    try:
        return check_public_key(header["jwk"])
    except BadCredential as error:
        raise _invalid("jwk must be a public key on the curve P-256") from error


def _check_claims(claims: Mapping[str, Any], *, issuers: Sequence[str], client: str, now: datetime) -> None:
    if "iss" in claims and (not client or claims["iss"] != client):
        raise _invalid("iss must be the client_id of the token request, and absent without one")
    if not isinstance(claims.get("aud"), str) or claims["aud"] not in issuers:
        raise _invalid("aud must be the credential issuer identifier")
    made = claims.get("iat")
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise _invalid("iat is missing")
    try:
        check_term(claims, now)
    except BadCredential as error:
        raise _invalid("The proof is not valid yet or not any more") from error
    if made < (now - MAX_AGE).timestamp():
        raise _invalid("The proof was not made just now")
    if "nonce" not in claims:
        raise _invalid("nonce is missing; the nonce endpoint gives one")
    if not isinstance(claims["nonce"], str):
        raise _invalid("nonce must be a string")


def _invalid(why: str) -> WalletRefused:
    return WalletRefused("invalid_proof", why)
