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
