"""X.509 for keys in custody: certificates of our own, made without ever seeing a private key."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import algos, keys, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tongban.keys.custody import custody

#: ECDSA over SHA-256, as X.509 and CMS call what custody calls ES256.
SIGNATURE = "sha256_ecdsa"
_HALF = 32


def sign_der(key: str, data: bytes) -> bytes:
    """The keystore's signature (r || s) as the DER that X.509 and CMS want."""
    raw = custody().sign(key, data)
    return encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))


def public_info(key: str) -> keys.PublicKeyInfo:
    """The public half of a key of P-256, as certificates hold it."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), custody().public(key))
    return keys.PublicKeyInfo.load(
        point.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def make_certificate(
    key: str,
    *,
    subject: x509.Name,
    extensions: Sequence[dict[str, Any]],
    start: datetime,
    lasts: timedelta,
    issuer: x509.Certificate | None = None,
    signed_by: str = "",
) -> x509.Certificate:
    """A certificate for `key`, signed by the key `signed_by` of `issuer`; by itself where there is none."""
    public, algorithm = public_info(key), algos.SignedDigestAlgorithm({"algorithm": SIGNATURE})
    identified: list[dict[str, Any]] = [
        {"extn_id": "key_identifier", "critical": False, "extn_value": public.sha1}
    ]
    if issuer is not None:
        by = {"key_identifier": issuer.public_key.sha1}
        identified.append({"extn_id": "authority_key_identifier", "critical": False, "extn_value": by})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(127) | 1,
            "signature": algorithm,
            "issuer": issuer.subject if issuer is not None else subject,
            "subject": subject,
            "validity": {
                "not_before": x509.Time({"utc_time": start}),
                "not_after": x509.Time({"utc_time": start + lasts}),
            },
            "subject_public_key_info": public,
            "extensions": [*extensions, *identified],
        }
    )
    return x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": algorithm,
            "signature_value": sign_der(signed_by or key, body.dump()),
        }
    )
