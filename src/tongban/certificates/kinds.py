"""What this module journals."""

from tongban.journal.api import Act, kind


@kind("certificate.issued.v1", "签发证照")
class CertificateIssued(Act):
    """A certificate was issued; whoever holds its SD-JWT can compare the digest (SHA-256 of the issuer's token)."""

    type: str
    identifier: str
    token_sha256: str


@kind("certificate.entered.v1", "补录存量证照")
class CertificateEntered(Act):
    """A certificate that stood on paper before was entered by its issuer, with its own days."""

    type: str
    identifier: str
    token_sha256: str


@kind("certificate.suspended.v1", "暂扣证照")
class CertificateSuspended(Act):
    """The issuer took it for a time; `ground` is the code of a cited ground."""

    identifier: str
    ground: str


@kind("certificate.reinstated.v1", "恢复证照")
class CertificateReinstated(Act):
    """A suspended certificate holds again."""

    identifier: str
    ground: str


@kind("certificate.revoked.v1", "撤销证照")
class CertificateRevoked(Act):
    """It should not have been given, and is no more."""

    identifier: str
    ground: str


@kind("certificate.cancelled.v1", "注销证照")
class CertificateCancelled(Act):
    """It is struck off, because what it stood for has ended."""

    identifier: str
    ground: str


@kind("certificate.replaced.v1", "换发证照")
class CertificateReplaced(Act):
    """Another certificate took its place: renewed, changed or given anew; `by` is that one's identifier."""

    identifier: str
    ground: str
    by: str


@kind("certificate.transferred.v1", "转出证照")
class CertificateTransferred(Act):
    """Another authority keeps it from now on."""

    identifier: str
    ground: str


@kind("certificate.status-listed.v1", "发布证照状态名单", origin="public")
class StatusListed(Act):
    """A status list was published; `sha256` is that of the signed text, so that nobody can show another one later."""

    list: str
    number: int
    bits: int
    size: int
    sha256: str


@kind("certificate.viewed.v1", "查看证照")
class CertificateViewed(Act):
    """An officer opened a certificate."""

    identifier: str


@kind("certificate.presented.v1", "从钱包出示证照")
class CertificatePresented(Act):
    """The holder showed these items of a certificate from a wallet; they are evidence for the material."""

    resource: str
    identifier: str
    items: list[str]
    material: str
    officer: str
