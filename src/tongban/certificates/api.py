"""The door of certificates."""

from tongban.certificates.actions import Holder, issue_certificate
from tongban.certificates.identifier import is_identifier, make_identifier
from tongban.certificates.queries import (
    CertificateView,
    certificates_of,
    certificates_of_case,
    check_credential,
    find_by_code,
    find_by_identifier,
    get_certificate,
    issuer_document,
    read_issuer_keys,
    type_titles,
)
from tongban.certificates.sdjwt import BadCredential, Credential, check_sd_jwt
from tongban.certificates.source import CertificateLibrary

__all__ = [
    "BadCredential",
    "CertificateLibrary",
    "CertificateView",
    "Credential",
    "Holder",
    "certificates_of",
    "certificates_of_case",
    "check_credential",
    "check_sd_jwt",
    "find_by_code",
    "find_by_identifier",
    "get_certificate",
    "is_identifier",
    "issue_certificate",
    "issuer_document",
    "make_identifier",
    "read_issuer_keys",
    "type_titles",
]
