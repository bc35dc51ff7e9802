"""The door for programs that run without a database: checking certificates. Imports no Django."""

from tongban.certificates.sdjwt import (
    BadCredential,
    Credential,
    Jwk,
    check_sd_jwt,
    read_issuer_keys,
    read_revoked_issuers,
)

__all__ = ["BadCredential", "Credential", "Jwk", "check_sd_jwt", "read_issuer_keys", "read_revoked_issuers"]
