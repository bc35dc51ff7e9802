"""What the ledger records of itself."""

from tongban.journal.api import Act, kind


@kind("ledger.audited.v1", "账本自查", origin="public")
class Audited(Act):
    """The journal was held against the logs; `sizes` are the logs' entries, `sampled` is 0 for a whole audit."""

    sizes: dict[str, int]
    checked: int
    sampled: int
    findings: int


@kind("journal.searched.v1", "检索账目")
class JournalSearched(Act):
    """An auditor searched the journal; why stands in the purpose."""

    sought: dict[str, str]
    found: int


@kind("evidence.packed.v1", "制作证据包")
class EvidencePacked(Act):
    """An auditor took proofs of so many entries along; why stands in the purpose."""

    entries: int
