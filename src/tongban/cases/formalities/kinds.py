"""What is journalled beside the state table. Words that are said of a person go into that person's part."""

from tongban.journal.api import Act, kind


@kind("case.extended.v1", "延长办理期限")
class Extended(Act):
    """The head of the agency extended the legal limit, once; the reason was told to the applicant."""

    days: int
    legal_due_on: str


@kind("review.asked.v1", "请相关部门会签")
class ReviewAsked(Act):
    """Another agency is asked for its opinion on its own part; only `materials` are shared with it."""

    review: str
    agency: str
    materials: list[str]
    due_on: str


@kind("formality.viewed.v1", "查看会签或者移交")
class TaskViewed(Act):
    """An officer of another agency opened what its task is about (once an hour)."""

    materials: list[str]


@kind("review.answered.v1", "会签意见")
class ReviewAnswered(Act):
    """The agency that was asked gave its opinion: it agrees, or it does not."""

    agrees: bool


@kind("review.recalled.v1", "撤回会签")
class ReviewRecalled(Act):
    """Who asked does not need the opinion any more."""

    review: str
    agency: str


@kind("case.recusal-asked.v1", "申请回避")
class RecusalAsked(Act):
    """Somebody asked that an officer withdraw from the case; until it is decided the officer does nothing on it."""

    officer: str


@kind("case.recusal-decided.v1", "回避决定")
class RecusalDecided(Act):
    """The head decided: `withdraws`, or he goes on."""

    officer: str
    withdraws: bool


@kind("deputy.named.v1", "指定代理")
class DeputyNamed(Act):
    """An officer stands in for another from one day to another."""

    officer: str
    deputy: str
    begins_on: str
    ends_on: str


@kind("deputy.ended.v1", "代理提前结束")
class DeputyEnded(Act):
    """The absent officer is back before the last day."""

    officer: str
    deputy: str


@kind("case.delivered.v1", "送达决定")
class Delivered(Act):
    """The written decision was delivered; `way` says how it is proved."""

    way: str
    delivered_on: str
    due_on: str


@kind("case.posted.v1", "寄出决定书")
class DecisionPosted(Act):
    """The written decision was posted; the number of the letter stands in the applicant's part."""

    posted_on: str


@kind("case.published.v1", "公开许可决定")
class Published(Act):
    """The decision is published for everybody to read."""

    paper: str


@kind("case.handed-over.v1", "移交监管")
class HandedOver(Act):
    """What was granted was handed over to the agency that supervises it."""

    agency: str
    due_on: str


@kind("case.hand-over-claimed.v1", "认领监管")
class HandOverClaimed(Act):
    """The supervising agency took it over."""

    due_on: str


@kind("case.archived.v1", "归档")
class Archived(Act):
    """The file is closed: `digest` is the SHA-256 of its list; from now on no act changes the case."""

    lines: int
    digest: str


@kind("case.unarchived.v1", "调卷重启")
class Unarchived(Act):
    """The head had the file opened again, for a stated reason."""

    digest: str


@kind("case.corrected.v1", "更正决定书")
class Corrected(Act):
    """A slip of the pen in the written decision was put right; what was decided stays."""

    paper: str


@kind("case.undone.v1", "撤销、撤回或者注销许可")
class Undone(Act):
    """What was granted does not hold any more: `how` is revoke, call-back or annul."""

    how: str
    ground: str
    paper: str


@kind("case.hearing-told.v1", "告知听证权利")
class HearingTold(Act):
    """Before deciding, the applicant and interested parties were told that they may ask for a hearing."""

    ask_until: str


@kind("case.hearing-asked.v1", "申请听证")
class HearingAsked(Act):
    """A hearing was asked for in time; it has to be held until a day."""

    hold_until: str


@kind("case.hearing-waived.v1", "不申请听证")
class HearingWaived(Act):
    """Nobody wants a hearing: said so, or let the days pass."""

    ask_until: str


@kind("case.hearing-set.v1", "听证通知")
class HearingSet(Act):
    """Day, place and presiding officer were told, at least seven days before."""

    held_on: str
    presider: str


@kind("case.hearing-held.v1", "举行听证")
class HearingHeld(Act):
    """The hearing was held and its record signed; the decision is made from the record."""

    held_on: str
    presider: str


@kind("case.interested-told.v1", "告知利害关系人")
class InterestedTold(Act):
    """Somebody whose weighty interests it touches was told of the matter."""

    due_on: str


@kind("case.interested-heard.v1", "听取利害关系人意见")
class InterestedHeard(Act):
    """An interested party was heard, or let the days pass."""

    heard: bool


#: What others did beside the table that the applicant is told of.
TOLD = tuple(
    one.kind
    for one in (
        Extended,
        RecusalDecided,
        DecisionPosted,
        Delivered,
        Published,
        HandedOver,
        Corrected,
        Undone,
        InterestedTold,
        HearingTold,
        HearingSet,
    )
)
