"""Who may do what to a resource in which state, as data; what of a new edition is tighter. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tongban.catalogue.models import SHARING_TYPES, STATES
from tongban.journal.api import Actor
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

OWNER, OFFICER = "resource-owner", "data-officer"


@dataclass(frozen=True)
class Verb:
    """What may be done: from which states, to which, and by whom (`owner` or `reviewer`)."""

    title: str
    by: str
    to: Mapping[str, str]


#: The state table. `published` and its changes stay in force while a draft of the next edition is written.
VERBS: Mapping[str, Verb] = {
    "save": Verb(
        "保存",
        "owner",
        {
            "draft": "draft",
            "published": "changing",
            "changing": "changing",
            "withdrawn": "draft",
        },
    ),
    "submit": Verb("提交审核", "owner", {"draft": "review", "changing": "change-review"}),
    "recall": Verb("撤回提交", "owner", {"review": "draft", "change-review": "changing"}),
    "return": Verb("退回修改", "reviewer", {"review": "draft", "change-review": "changing"}),
    "publish": Verb("审核发布", "reviewer", {"review": "published", "change-review": "published"}),
    "discard": Verb("放弃修改", "owner", {"changing": "published"}),
    "confirm": Verb("核对", "owner", {"published": "published"}),
    "announce-withdrawal": Verb("公告撤下", "owner", {"published": "withdrawing"}),
    "cancel-withdrawal": Verb("取消撤下", "owner", {"withdrawing": "published"}),
    "withdraw": Verb("到期撤下", "system", {"withdrawing": "withdrawn"}),
}


def check_verb(verb: str, *, state: str, agency: str, by: Actor, authors: Collection[str] = ()) -> str:
    """The state that follows.

    Raises:
        NotAllowed: not the owner of this agency's resources; not somebody who may review; or one who wrote it himself.
        Conflict: the state does not allow it.
    """
    rule = VERBS[verb]
    if rule.by == "owner" and not may_own(agency, by):
        raise NotAllowed("只有本部门的资源管理员可以办理，请用该部门的账户登录。")
    if rule.by == "reviewer":
        if not may_review(agency, by):
            raise NotAllowed("审核由数据专员，或者同部门的另一位资源管理员办理。")
        if by.key in authors:
            raise NotAllowed("这一稿有您写的内容，要由另一个人审核。")
    if state not in rule.to:
        raise Conflict(
            say("现在是「{state}」，不能{verb}。请刷新后再看。", state=STATES[state], verb=rule.title)
        )
    return rule.to[state]


def can_verb(verb: str, *, state: str, agency: str, by: Actor, authors: Collection[str] = ()) -> bool:
    """Whether `check_verb` would allow it."""
    try:
        check_verb(verb, state=state, agency=agency, by=by, authors=authors)
    except (NotAllowed, Conflict):
        return False
    return True


def may_own(agency: str, by: Actor) -> bool:
    """Whether an officer writes the resources of an agency."""
    return by.has_role(OWNER) and by.agency == agency


def may_review(agency: str, by: Actor) -> bool:
    """Whether an officer may be the second person for a resource of an agency."""
    return by.has_role(OFFICER) or may_own(agency, by)


def can_see(agency: str, by: Actor) -> bool:
    """Whether an officer sees drafts of an agency: its owners and the data officers."""
    return may_review(agency, by)


def check_seen(agency: str, by: Actor) -> None:
    """Raises NotAllowed where `can_see` is false."""
    if not can_see(agency, by):
        raise NotAllowed("这是其他部门的拟稿，只有该部门的资源管理员和数据专员可以看。")


def check_words(words: str) -> str:
    """A reason, trimmed. Raises BadInput: empty, or too long."""
    return check_written(words, missing="请写明原因，使用部门会看到。")


def tightened(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The items whose sharing became narrower, or that are gone; both map item codes to sharing types."""
    rank = {code: n for n, code in enumerate(SHARING_TYPES)}
    return [
        item
        for item, was in before.items()
        if rank[after.get(item, "refused")] > rank[was] or item not in after
    ]


def reworded(before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]) -> list[str]:
    """The items shared as widely as before under another condition; both map item codes to sharing type and ground."""
    return [
        item
        for item, (sharing, ground) in before.items()
        if item in after and after[item][0] == sharing and after[item][1] != ground
    ]


def loosened(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The items whose sharing became wider."""
    rank: Sequence[str] = [*SHARING_TYPES]
    return [
        item for item, now in after.items() if item in before and rank.index(now) < rank.index(before[item])
    ]
