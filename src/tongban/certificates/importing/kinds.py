"""What an import journals; each certificate has its own `certificate.entered.v1` besides."""

from tongban.journal.api import Act, kind


@kind("certificate.imported.v1", "成批补录存量证照")
class CertificatesImported(Act):
    """A file of old certificates was taken over; how many rows were taken, known before, sent back."""

    type: str
    file_sha256: str
    rows: int
    taken: int
    known: int
    refused: int
