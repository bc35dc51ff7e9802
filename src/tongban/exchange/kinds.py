"""What this module journals: readings, refusals of them, requests to check a record, objections and their answers."""

from tongban.exchange.sharing.kinds import TELLING
from tongban.journal.api import Act, kind

__all__ = ["TELLING"]


@kind("exchange.answered.v1", "读取数据")
class Answered(Act):
    """A source was asked under a grant and answered (or did not: `outcome` silent).

    At the gateway also the digest of the caller's request and the user whom the caller names.
    """

    resource: str
    resource_version: int
    provider: str
    items: list[str]
    grant: str
    mode: str
    outcome: str
    request: str = ""
    user: str = ""


@kind("exchange.asked.v1", "向外部系统查询")
class UpstreamAsked(Act):
    """A question goes out to a source outside, under a grant; its end is `answered` or `failed`, or it was lost."""

    resource: str
    resource_version: int
    provider: str
    items: list[str]
    grant: str
    mode: str
    request: str = ""
    user: str = ""


@kind("exchange.failed.v1", "外部系统没有给出答复")
class UpstreamFailed(Act):
    """Nothing is released of a question that went out: the source failed, or (`stopped`) its ground fell away."""

    resource: str
    provider: str
    items: list[str]
    grant: str
    mode: str
    fault: str
    request: str = ""


@kind("exchange.refused.v1", "拒绝读取数据")
class Refused(Act):
    """A reading was asked for and refused; `reason` names the missing ground."""

    resource: str
    items: list[str]
    reason: str


@kind("exchange.fed.v1", "成批提供数据")
class Fed(Act):
    """A page of a register was given under a grant: of its records (`batch`) or of its changes (`changes`).

    One entry names register, filter and as-of; it has no parts of people, their footprint is joined to it. `after` and
    `upto` are positions of changes, `page` counts from 1, `reading` is the number that the pages of one reading share, `digest` is the
    SHA-256 of what was given.
    """

    resource: str
    resource_version: int
    provider: str
    items: list[str]
    grant: str
    form: str
    narrowed: dict[str, str]
    as_of: int
    after: int
    upto: int
    rows: int
    page: int
    reading: str
    digest: str
    request: str = ""
    user: str = ""


@kind("exchange.evidence-given.v1", "出具查询凭据")
class EvidenceGiven(Act):
    """Somebody took the proof of a query; `opened` says whether with what it says of the person."""

    query: str
    opened: bool


@kind("correction.asked.v1", "请求校核数据")
class CorrectionAsked(Act):
    """A statement differs, or somebody says that a record is wrong: its provider is asked to check it by a day."""

    resource: str
    items: list[str]
    due_on: str


@kind("correction.viewed.v1", "查看校核请求")
class CorrectionViewed(Act):
    """An officer of the provider opened a request with the record it is about (once an hour)."""

    resource: str
    items: list[str]


@kind("correction.answered.v1", "答复校核请求")
class CorrectionAnswered(Act):
    """The provider answered: `corrected` (with the items put right in its register) or `kept`."""

    resource: str
    outcome: str
    corrected: list[str]


@kind("correction.passed-on.v1", "读过的记录已更正")
class CorrectionPassedOn(Act):
    """A record was put right: `told` are the agencies that had read what was wrong, so that they look at what they did."""

    resource: str
    items: list[str]
    told: list[str]


@kind("exchange.own-read.v1", "本人查看登记簿里的自己")
class OwnRead(Act):
    """A person looked at what registers say of her (once an hour): it is her own, so it takes no grant."""


@kind("exchange.record-questioned.v1", "为校核查看记录")
class RecordQuestioned(Act):
    """A record was read for no case, to ask its keeper about it; `asked_by` is `person` (it is hers) or `linkage`."""

    resource: str
    asked_by: str


@kind("objection.raised.v1", "对数据使用提出异议")
class ObjectionRaised(Act):
    """A person asks why her data were used: the agency of that entry answers by a day."""

    entry: str
    agency: str
    due_on: str


@kind("objection.answered.v1", "答复数据使用异议")
class ObjectionAnswered(Act):
    """The agency answered: `explained` or `upheld`."""

    entry: str
    outcome: str


@kind("subsystem.registered.v1", "登记子系统", origin="public")
class SubsystemRegistered(Act):
    """A system of an agency may call the gateway, under the grants it gets."""

    agency: str
    name: str


@kind("subsystem.stopped.v1", "停用子系统", origin="public")
class SubsystemStopped(Act):
    """From here on every call of the system is refused."""

    reason: str


@kind("subsystem.started.v1", "恢复子系统", origin="public")
class SubsystemStarted(Act):
    """A stopped system may call again, with the keys that are still valid."""

    reason: str


@kind("subsystem.renamed.v1", "更改子系统名称", origin="public")
class SubsystemRenamed(Act):
    """The system has another name; its code stays."""

    name: str


@kind("subsystem.key-ending.v1", "提前子系统密钥的截止日", origin="public")
class KeyEnding(Act):
    """The key signs until a moment sooner than before: its successor has taken over by then."""

    key: str
    until: str


@kind("case-reference.registered.v1", "外部系统登记办件")
class CaseReferenceRegistered(Act):
    """A system of an agency made a case of its own known, so that data may be read for it until a day."""

    case_kinds: list[str]
    subjects: int
    until: str


@kind("case-reference.changed.v1", "外部系统更改办件")
class CaseReferenceChanged(Act):
    """Whom it concerns, what kind it is of or until when it runs is now this."""

    case_kinds: list[str]
    subjects: int
    until: str


@kind("case-reference.closed.v1", "外部系统办结办件")
class CaseReferenceClosed(Act):
    """Nothing is read for the case any more."""


@kind("case-reference.refused.v1", "不予登记外部办件")
class CaseReferenceRefused(Act):
    """A system wanted to register a case and was refused; whose case it was to be is not kept."""

    reason: str


@kind("subsystem.key-added.v1", "登记子系统密钥", origin="public")
class KeyAdded(Act):
    """A key signs for the system; `public` is hex, empty for a token (`key` is its digest) or an address."""

    key: str
    suite: str
    public: str


@kind("subsystem.key-revoked.v1", "撤销子系统密钥", origin="public")
class KeyRevoked(Act):
    """The key signs for nobody any more."""

    key: str


@kind("grant.stopped.v1", "停用授权")
class GrantStopped(Act):
    """Nothing is read under the grant any more."""

    resource: str
    reason: str


@kind("erasure.asked.v1", "请求删除个人信息")
class ErasureAsked(Act):
    """A person asks for the erasure of what is recorded of her, to be answered by a day."""

    due_on: str


@kind("erasure.ordered.v1", "提出销毁")
class ErasureOrdered(Act):
    """An officer found that law and retention allow it for `parts` parts; a second person has to confirm."""

    ground: str
    parts: int


@kind("erasure.confirmed.v1", "复核同意销毁")
class ErasureConfirmed(Act):
    """A second person confirmed it; the worker carries it out."""


@kind("erasure.returned.v1", "复核退回")
class ErasureReturned(Act):
    """A second person did not confirm it."""


@kind("erasure.refused.v1", "不予删除")
class ErasureRefused(Act):
    """Nothing is erased; `kept` are the entries that must stay, the reasons are the person's."""

    kept: int


@kind("grant.suspended.v1", "暂停授权中的信息项")
class GrantSuspended(Act):
    """The catalogue shares these items more narrowly now: the grant stands, without them."""

    grant: str
    resource: str
    items: list[str]
    why: str


@kind("grant.resumed.v1", "恢复授权中的信息项")
class GrantResumed(Act):
    """The catalogue shares these items as widely again: the grant holds them once more."""

    grant: str
    resource: str
    items: list[str]


@kind("grant.used-up.v1", "授权当天次数用完")
class QuotaUsedUp(Act):
    """The calls of a day are used up; told once an hour at most while calls go on."""

    grant: str
    quota: int
    day: str


@kind("delay.ordered.v1", "提出延迟告知")
class DelayOrdered(Act):
    """Somebody asks that readings under a grant be told only after a day; a second person has to confirm."""

    grant: str
    ground: str
    reason: str
    ends_on: str


@kind("delay.confirmed.v1", "复核同意延迟告知")
class DelayConfirmed(Act):
    """A second person confirmed it: readings from here on are told after `ends_on`."""

    grant: str
    ground: str
    reason: str
    ends_on: str


@kind("delay.returned.v1", "复核退回延迟告知")
class DelayReturned(Act):
    """A second person did not confirm it: readings are told at once."""

    grant: str


@kind("exchange.anomaly.v1", "发现异常调用线索")
class AnomalyFound(Act):
    """Something strange in how a subsystem asks (`strangers`, `sequence`, `rate`): a reason to look, never a finding."""

    subsystem: str
    pattern: str
    calls: int
    against: int


@kind("exchange.anomaly-seen.v1", "核看异常调用线索")
class AnomalySeen(Act):
    """A supervisor looked at a lead and wrote down what it was."""

    subsystem: str
    pattern: str
    words: str


@kind("subsystem.paced.v1", "限制子系统调用速度")
class SubsystemPaced(Act):
    """So many calls a second in each process from here on; 0: the share that everybody has again."""

    pace: int
    reason: str


@kind("subsystem.slowing.v1", "设定异常时自动限速")
class SlowingSet(Act):
    """A data officer decided whether a subsystem is slowed down by itself when something strange is found."""

    by_itself: bool
