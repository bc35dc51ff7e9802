"""The door for programs that run without a database: checking certificates. Imports no Django."""

from tongban.certificates.binding import check_presentation
from tongban.certificates.sdjwt import BadCredential, Credential, Jwk, check_sd_jwt
from tongban.certificates.statuslist import (
    STATUS_LIST,
    StatusList,
    check_status,
    read_status_list,
    status_place,
)
from tongban.certificates.trusting import read_issuer_keys, read_revoked_issuers

__all__ = [
    "STATUS_LIST",
    "BadCredential",
    "Credential",
    "Jwk",
    "StatusList",
    "check_presentation",
    "check_sd_jwt",
    "check_status",
    "read_issuer_keys",
    "read_revoked_issuers",
    "read_status_list",
    "status_place",
]
