"""What re-sealing journals."""

from tongban.journal.api import Act, kind


@kind("certificate.resealing-begun.v1", "开始换签证照")
class ResealingBegun(Act):
    """A key of an issuer is revoked; every living certificate that it signed gets a text by the new one."""

    issuer: str
    number: int
    certificates: int


@kind("certificate.resealed.v1", "换签证照")
class CertificateResealed(Act):
    """The certificate stays as it was; `token_sha256` is its new text, in the place of `previous_sha256`."""

    identifier: str
    key: str
    previous_sha256: str
    token_sha256: str


@kind("certificate.resealing-ended.v1", "换签完毕")
class ResealingEnded(Act):
    """Every living certificate of the issuer was looked at; `signed` of them had been signed with the revoked key."""

    issuer: str
    number: int
    seen: int
    signed: int
