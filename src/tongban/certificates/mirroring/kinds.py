"""What is journalled of asking an upper library and of telling it."""

from tongban.journal.api import Act, kind


@kind("certificate.asked-above.v1", "向上级证照库查询")
class AskedAbove(Act):
    """A question is about to leave for an upper library; `verb` is what is asked for, the cause is its purpose."""

    library: str
    verb: str
    types: list[str]


@kind("certificate.answered-above.v1", "上级证照库答复")
class AnsweredAbove(Act):
    """It answered: so many certificates were found."""

    library: str
    verb: str
    found: int


@kind("certificate.failed-above.v1", "上级证照库没有答复")
class FailedAbove(Act):
    """It gave no answer that we use."""

    library: str
    verb: str
    fault: str


@kind("certificate.mirrored.v1", "存入上级证照")
class CertificateMirrored(Act):
    """A copy of a certificate above came here, or a newer one took its place."""

    library: str
    upper_id: str
    upper_version: int
    batch: str
    identifier: str
    status: str


@kind("certificate.copied-above.v1", "取得上级证照加注件")
class CertificateCopiedAbove(Act):
    """An officer who may read a certificate for a case had the upper library make an annotated copy."""

    library: str
    identifier: str
    copy: str
    until: str


@kind("certificate.fed.v1", "证照报送上级")
class CertificatesFed(Act):
    """A batch of certificates is about to leave for an upper library."""

    library: str
    batch: str
    rows: int


@kind("certificate.fed-answered.v1", "上级答复报送")
class FedAnswered(Act):
    """What the upper library took of a batch, and what it sent back."""

    library: str
    batch: str
    accepted: int
    returned: int


@kind("certificate.row-returned.v1", "报送被上级退回")
class RowReturned(Act):
    """A row that had been taken came back with a code (纠错)."""

    library: str
    identifier: str
    code: str


@kind("certificate.row-mended.v1", "改正报送并重新发送")
class RowMended(Act):
    """An officer mended what was sent along with a certificate, or had it sent again as it was."""

    library: str
    identifier: str
    revision: int
    items: list[str]


@kind("certificate.reconciled.v1", "证照库对账")
class CertificatesReconciled(Act):
    """Ours and theirs were compared."""

    library: str
    ours: int
    theirs: int
    differences: int
