"""What this module journals. Fields hold nothing personal; what is said of a person goes into that person's part."""

from tongban.cases.formalities.kinds import TOLD
from tongban.journal.api import Act, kind

__all__ = ["TOLD"]


@kind("application.prepared.v1", "开始申请")
class Prepared(Act):
    """A person began an application; from now on evidence may be read for it."""

    bundle: str
    bundle_version: int


@kind("application.told.v1", "阅读告知")
class Told(Act):
    """The person read which data would be fetched and chose for each."""

    fetched: list[str]
    by_hand: list[str]
    #: Whether she agreed as parent or guardian that data of a child under fourteen is handled (个人信息保护法 31).
    guardian: bool = False


@kind("application.looked-up.v1", "先查登记")
class LookedUp(Act):
    """Before asking whether she may, the person was told which registers would be read, and wanted it."""

    resources: list[str]


@kind("application.dropped.v1", "放弃草稿")
class Dropped(Act):
    """The person let her draft go; what was read for it was erased."""

    erased: int


@kind("application.lapsed.v1", "草稿到期作废")
class Lapsed(Act):
    """Nobody submitted the draft in time: it ended by itself, and what was read for it was erased."""

    erased: int


@kind("application.submitted.v1", "提交申请")
class Submitted(Act):
    """The form was submitted; `materials` says how each came."""

    bundle: str
    bundle_version: int
    channel: str
    materials: dict[str, str]


@kind("application.form-renewed.v1", "表单已更新")
class FormRenewed(Act):
    """The form changed under the draft: what came, went and changed, by code; those answers are asked again."""

    form: str
    changed: list[str]


@kind("application.signature-asked.v1", "请共同申请人签名")
class SignatureAsked(Act):
    """Somebody else was asked to sign a part from an account of his own; `digest` is of what he is to sign."""

    material: str
    digest: str


@kind("application.signed.v1", "共同申请人签名")
class PartSigned(Act):
    """The co-applicant signed the part."""

    material: str
    digest: str


@kind("application.signature-declined.v1", "共同申请人不同意")
class SignatureDeclined(Act):
    """The co-applicant declined to sign."""

    material: str


@kind("application.signature-void.v1", "签名失效")
class SignatureVoid(Act):
    """What a co-applicant had signed was changed; he is asked again."""

    material: str


@kind("person.numbered.v1", "编制公民身份号码")
class PersonNumbered(Act):
    """A child that was known by a paper was given its identity number; the child keeps its subject."""

    item: str


@kind("application.entrusted.v1", "交代办人继续填")
class Entrusted(Act):
    """An agent goes on with a form that the applicant had begun."""

    bundle: str


@kind("application.viewed-by-agent.v1", "代办人查看办件")
class ViewedByAgent(Act):
    """An agent opened the application (once an hour)."""

    mandate: str


@kind("case.opened.v1", "立件")
class Opened(Act):
    """A case of the application was opened with its terms pinned."""

    item: str
    item_version: int
    regime: str
    legal: str
    promised: str


@kind("application.told-once.v1", "一次性告知补正")
class ToldOnce(Act):
    """Everything that is missing was told once, for all members."""

    materials: list[str]
    due_on: str


@kind("application.supplied.v1", "补齐材料")
class Supplied(Act):
    """What was missing was handed in."""

    materials: list[str]
    channel: str


@kind("case.accepted.v1", "受理")
class Accepted(Act):
    """The case was accepted; its clock runs from the next day."""

    item: str
    promised_due_on: str
    legal_due_on: str


@kind("case.deemed-accepted.v1", "视为受理")
class DeemedAccepted(Act):
    """Nobody spoke in time: the case counts as accepted from the day the material came."""

    item: str
    legal_due_on: str


@kind("case.deemed-renewed.v1", "视为准予延续")
class DeemedRenewed(Act):
    """Nobody decided before the certificate ended: the renewal that was asked for in time counts as granted."""

    item: str
    paper: str


@kind("case.not-accepted.v1", "不予受理")
class NotAccepted(Act):
    """The case was not accepted; `paper` is the number of the written decision."""

    item: str
    paper: str


@kind("case.inspected.v1", "现场核查")
class Inspected(Act):
    """Two or more officers checked on the spot."""

    held_on: str
    officers: list[str]


@kind("case.defect-found.v1", "要求限期整改")
class DefectFound(Act):
    """Something has to be put right by a day; the clock runs on."""

    due_on: str


@kind("case.rectified.v1", "整改完成")
class Rectified(Act):
    """The person says that it is put right."""

    channel: str


@kind("case.rectification-confirmed.v1", "整改复核通过")
class RectificationConfirmed(Act):
    """An officer confirmed it."""

    confirmed_on: str


@kind("case.paused.v1", "暂停计时")
class CasePaused(Act):
    """The clock stands still on a legal ground."""

    ground: str


@kind("case.resumed.v1", "恢复计时")
class CaseResumed(Act):
    """The clock runs again."""

    ground: str


@kind("case.examined.v1", "审查完成")
class Examined(Act):
    """The examiner gave an opinion."""

    proposes: str


@kind("case.decided.v1", "作出决定")
class Decided(Act):
    """The case was decided."""

    item: str
    result: str
    paper: str


@kind("case.withdrawn.v1", "撤回申请")
class Withdrawn(Act):
    """The person withdrew."""

    item: str


@kind("case.nudged.v1", "牵头部门催办")
class Nudged(Act):
    """The agency that leads the bundle reminded whoever has to act next; `told` are the agencies reminded."""

    told: list[str]


@kind("application.closed.v1", "全部办结")
class Closed(Act):
    """Every case of the application is decided."""

    days_used: int


@kind("application.viewed.v1", "查看办件")
class Viewed(Act):
    """An officer opened the application (once an hour)."""

    as_role: str


@kind("application.view-refused.v1", "拒绝查看办件")
class ViewRefused(Act):
    """An officer tried to open an application of other agencies."""

    reason: str


@kind("cases.recounted.v1", "按新日历重算时限")
class Recounted(Act):
    """The days of running cases were counted by a newer calendar; `moved` cases have other last days."""

    calendar: int
    moved: int
    questioned: int


@kind("case.effect-questioned.v1", "视为效果待核")
class EffectQuestioned(Act):
    """What the law did by itself on a day would be due on another one by the newer calendar; it is not undone."""

    effect: str
    dated_on: str
    now_due_on: str
    calendar: int


@kind("rating.given.v1", "评价")
class Rated(Act):
    """A person rated one handling on five levels, 1 the best; a bad rating has its days."""

    item: str
    level: int
    contact_due_on: str
    mend_due_on: str


@kind("rating.contacted.v1", "联系评价人")
class RaterContacted(Act):
    """An officer who did not handle the case talked with the person about her bad rating."""

    due_on: str


@kind("rating.answered.v1", "答复差评")
class RatingAnswered(Act):
    """The agency said what came of a bad rating: `mended`, `explained` or `unfounded`."""

    outcome: str
    due_on: str


@kind("rating.followed.v1", "追加评价")
class RatedAgain(Act):
    """After the answer the person rated once more; there is no third time."""

    level: int
