"""The keys that issuing agencies sign with, as checkers take them: those before the newest, and revoked ones, too."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from tongban.certificates.issuer import ISSUER_KEYS, issuer_address, issuer_key_name
from tongban.certificates.jose import ALGORITHM, Jwk
from tongban.certificates.models import CertificateType
from tongban.certificates.sdjwt import MOMENT
from tongban.kernel.errors import NotFound
from tongban.keys.api import KeyGeneration, every_key, keys_by_name


def issuer_keys(issuers: Collection[str] | None = None) -> dict[tuple[str, str], Jwk]:
    """Public keys as JWKs by issuer and key id: of these agencies, or of all that issue here."""
    return jwks_of(issuing_keys(issuers))


def jwks_of(keys: Iterable[tuple[str, KeyGeneration]]) -> dict[tuple[str, str], Jwk]:
    """Such keys as JWKs by issuer and key id."""
    return {(issuer_address(issuer), key.held_as): _jwk(key.public) for issuer, key in keys}


def issuing_keys(issuers: Collection[str] | None = None) -> list[tuple[str, KeyGeneration]]:
    """The keys of these agencies, or of all that issue here, each with its agency; one query."""
    known = (
        every_key(ISSUER_KEYS)
        if issuers is None
        else keys_by_name([issuer_key_name(issuer) for issuer in issuers])
    )
    return [(name.removeprefix(ISSUER_KEYS), key) for name, keys in known.items() for key in keys]


def issuer_document() -> dict[str, Any]:
    """The trusted issuers as a file that anybody can keep: issuer, key id, public key, and since when it is revoked."""
    return {
        "issuers": [
            {
                "iss": issuer_address(issuer),
                "kid": key.held_as,
                "jwk": _jwk(key.public),
                **({"revoked": key.revoked.strftime(MOMENT)} if key.revoked else {}),
            }
            for issuer, key in issuing_keys()
        ]
    }


def issuer_metadata(agency: str) -> dict[str, Any]:
    """The keys of an issuing agency as `/.well-known/jwt-vc-issuer` gives them; revoked keys are not among them.

    Raises:
        NotFound: no agency of that code issues certificates here.
    """
    if not CertificateType.objects.filter(issuers__contains=[agency]).exists():
        raise NotFound("没有这个签发机关。")
    keys = [
        {**_jwk(key.public), "kid": key.held_as, "use": "sig", "alg": ALGORITHM}
        for _issuer, key in issuing_keys([agency])
        if key.revoked is None
    ]
    return {"issuer": issuer_address(agency), "jwks": {"keys": keys}}


@lru_cache(maxsize=1024)
def _jwk(public: bytes) -> Jwk:
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    return {key: str(value) for key, value in ECKey.import_key(point).as_dict(private=False).items()}
