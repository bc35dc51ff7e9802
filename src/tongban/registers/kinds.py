"""What this module journals."""

from tongban.journal.api import Act, kind


@kind("register.loaded.v1", "装载登记数据")
class RegisterLoaded(Act):
    """Rows came into a register from a pack."""

    register: str
    rows: int
    source: str


@kind("register.batch-landed.v1", "登记簿接收批次")
class BatchLanded(Act):
    """A batch of a drop came into a register: `rows` landed, `refused` have faults of their own; SHA-256 of all, hex."""

    register: str
    drop: str
    batch: str
    rows: int
    refused: int
    digest: str


@kind("register.batch-refused.v1", "登记簿退回批次")
class BatchRefused(Act):
    """A batch of a drop was sent back whole."""

    register: str
    drop: str
    batch: str
    reason: str


@kind("register.corrected.v1", "更正登记数据")
class RegisterCorrected(Act):
    """The owner put a record right; `because` is what asked for it."""

    register: str
    columns: list[str]
    because: str


@kind("register.paused.v1", "登记簿停机维护")
class RegisterPaused(Act):
    """A register stopped answering; `reason` is shown to those who ask."""

    register: str
    reason: str


@kind("register.resumed.v1", "登记簿恢复服务")
class RegisterResumed(Act):
    """A register answers again."""

    register: str


@kind("register.gathered.v1", "汇集数据")
class Gathered(Act):
    """A page of another node's feed was taken over; `query` is its number there, `digest` its signed Content-Digest."""

    gathering: str
    query: str
    form: str
    rows: int
    digest: str


@kind("register.load-ordered.v1", "提交归集批次")
class LoadOrdered(Act):
    """A batch was handed in to be gathered; SHA-256 of its file, hex."""

    register: str
    load: str
    source: str
    batch: str
    mode: str
    digest: str


@kind("register.part-landed.v1", "归集批次入库")
class PartLanded(Act):
    """A part of a load came into the register: so many rows were written as new, changed, taken away."""

    register: str
    load: str
    inserted: int
    updated: int
    deleted: int


@kind("register.load-ended.v1", "归集批次办完")
class LoadEnded(Act):
    """All good rows of a load are in the register; `bad` went back. `rules`: the version of the checks it went through."""

    register: str
    load: str
    source: str
    batch: str
    rows: int
    bad: int
    rules: str
    digest: str


@kind("register.load-refused.v1", "退回归集批次")
class LoadRefused(Act):
    """A load was sent back whole; none of its rows is in the register."""

    register: str
    load: str
    source: str
    batch: str
    reason: str


@kind("register.bad-rows-taken.v1", "下载退回的行")
class BadRowsTaken(Act):
    """An officer took the rows that a load sent back, to mend them."""

    register: str
    load: str
    rows: int


@kind("register.measured.v1", "核对登记簿质量")
class RegisterMeasured(Act):
    """All checks were held against a register; so many of its rows are issues. `rules`: the version of the checks."""

    register: str
    rows: int
    issues: int
    rules: str


@kind("register.schema-changed.v1", "登记簿结构变更")
class SchemaChanged(Act):
    """A register's table followed its new schema: columns that came, that nobody declares any more, of another type."""

    register: str
    added: list[str]
    retired: list[str]
    retyped: list[str]


@kind("register.golden-viewed.v1", "查看主数据")
class GoldenViewed(Act):
    """An officer had a golden record put together, for the purpose that the entry says; `registers` were read."""

    golden: str
    registers: list[str]


@kind("linkage.ordered.v1", "安排数据关联")
class LinkageOrdered(Act):
    """A run of a linkage was ordered."""

    linkage: str
    run: str
    engine: str


@kind("linkage.ended.v1", "数据关联完成")
class LinkageEnded(Act):
    """The clusters of a linkage follow what a run found: so many were made, merged into others, split for others.

    `asked`: pairs that wait for an officer.
    """

    linkage: str
    run: str
    engine: str
    records: int
    clusters: int
    asked: int
    made: int
    merged: int
    split: int


@kind("linkage.failed.v1", "数据关联没有完成")
class LinkageFailed(Act):
    """A run of a linkage ended without a result; `reason` is shown to who ordered it."""

    linkage: str
    run: str
    reason: str


@kind("linkage.pair-decided.v1", "比对记录")
class PairDecided(Act):
    """An officer said whether two records are of one object."""

    linkage: str
    pair: int
    verdict: str


@kind("linkage.pairs-viewed.v1", "查看待比对的记录")
class PairsViewed(Act):
    """An officer looked at pairs of records that wait for a decision."""

    linkage: str
