"""The door of certificates."""

from tongban.certificates.actions.change import change_certificate, open_certificate
from tongban.certificates.actions.issue import Holder, Term, enter_certificate, issue_certificate
from tongban.certificates.identifier import is_identifier, make_identifier
from tongban.certificates.policy import possible_changes
from tongban.certificates.queries import (
    CertificateView,
    ChangeView,
    Ground,
    TypeView,
    certificates_of,
    certificates_of_case,
    change_grounds,
    check_credential,
    find_by_code,
    find_by_identifier,
    get_certificate,
    issued_certificates,
    issuer_document,
    type_titles,
    types_issued_by,
)
from tongban.certificates.sdjwt import BadCredential, Credential, check_sd_jwt, read_issuer_keys
from tongban.certificates.source import CertificateLibrary

__all__ = [
    "BadCredential",
    "CertificateLibrary",
    "CertificateView",
    "ChangeView",
    "Credential",
    "Ground",
    "Holder",
    "Term",
    "TypeView",
    "certificates_of",
    "certificates_of_case",
    "change_certificate",
    "change_grounds",
    "check_credential",
    "check_sd_jwt",
    "enter_certificate",
    "find_by_code",
    "find_by_identifier",
    "get_certificate",
    "is_identifier",
    "issue_certificate",
    "issued_certificates",
    "issuer_document",
    "make_identifier",
    "open_certificate",
    "possible_changes",
    "read_issuer_keys",
    "type_titles",
    "types_issued_by",
]
