"""What this module journals: restores, who may read the entries of `acts`, audits, searches, evidence taken along."""

from tongban.journal.api import Act, kind


@kind("ledger.adopted.v1", "账本与数据库重新对上", origin="public")
class LogAdopted(Act):
    """After a restore the head of `log` went from one size to another; so many entries met their leaves again."""

    log: str
    size_before: int
    size_after: int
    matched: int
    orphans: int


@kind("ledger.orphans.v1", "账本有条目而数据库已无记录", origin="public")
class LeavesOrphaned(Act):
    """Leaves of `log` whose entries a restored database no longer has, as ranges of indexes (`17 20-31`)."""

    log: str
    indexes: str


@kind("ledger.token-issued.v1", "发放账本读取凭据")
class TokenIssued(Act):
    """A body, `holder`, may read the entries of `acts` until the end of a day."""

    holder: str
    until: str


@kind("ledger.token-revoked.v1", "收回账本读取凭据")
class TokenRevoked(Act):
    """The right of `holder` ended before its day."""

    holder: str


@kind("ledger.token-refused.v1", "拒绝账本读取凭据")
class TokenRefused(Act):
    """`holder` showed a token of ours that opens nothing any more: `revoked` or `ended`; told once an hour at most."""

    holder: str
    why: str


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
