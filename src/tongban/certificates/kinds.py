"""What this module journals."""

from tongban.journal.api import Act, kind


@kind("certificate.issued.v1", "签发证照")
class CertificateIssued(Act):
    """A certificate was issued; whoever holds its SD-JWT can compare the digest (SHA-256 of the issuer's token)."""

    type: str
    identifier: str
    token_sha256: str


@kind("certificate.viewed.v1", "查看证照")
class CertificateViewed(Act):
    """An officer opened a certificate."""

    identifier: str
