"""What the ledger records of itself."""

from tongban.journal.api import Act, kind


@kind("ledger.audited.v1", "账本自查", origin="public")
class Audited(Act):
    """The journal was held against the logs; `sizes` are the logs' entries, `sampled` is 0 for a whole audit."""

    sizes: dict[str, int]
    checked: int
    sampled: int
    findings: int
