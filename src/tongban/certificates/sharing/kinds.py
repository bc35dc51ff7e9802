"""What sharing journals."""

from tongban.journal.api import Act, kind


@kind("certificate.shared.v1", "给出证照共享码")
class CertificateShared(Act):
    """The holder lets one receiver see some fields once, until a day."""

    identifier: str
    items: list[str]
    until: str


@kind("certificate.unshared.v1", "收回证照共享码")
class CertificateUnshared(Act):
    """The holder took a share back before anybody opened it."""

    identifier: str


@kind("certificate.read.v1", "凭共享码查看证照")
class CertificateRead(Act):
    """Somebody opened a share; `copy` is the number of the annotated copy that says so."""

    identifier: str
    items: list[str]
    copy: str
    until: str


@kind("certificate.copied.v1", "制作证照加注件")
class CertificateCopied(Act):
    """An officer who may read a certificate for a case made an annotated copy of it."""

    identifier: str
    items: list[str]
    copy: str
    until: str
