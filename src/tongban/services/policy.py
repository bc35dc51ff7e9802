"""Who may do what to a draft of an item, and to a proposal that it asks for a paper no longer. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongban.journal.api import Actor
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written
from tongban.services.models.editing import DRAFT_STATES
from tongban.services.models.removing import REMOVAL_STATES

EDITOR, OFFICER = "item-editor", "data-officer"


@dataclass(frozen=True)
class DraftVerb:
    """What may be done to a draft: from which states, to which, and by whom (`editor` or `reviewer`)."""

    title: str
    by: str
    to: Mapping[str, str]


#: The state table. The version in force stays in force while the next one is written.
DRAFT_VERBS: Mapping[str, DraftVerb] = {
    "save": DraftVerb("保存", "editor", {"draft": "draft"}),
    "submit": DraftVerb("提交审核", "editor", {"draft": "review"}),
    "recall": DraftVerb("撤回提交", "editor", {"review": "draft"}),
    "return": DraftVerb("退回修改", "reviewer", {"review": "draft"}),
    "publish": DraftVerb("审核发布", "reviewer", {"review": "published"}),
    "discard": DraftVerb("放弃修改", "editor", {"draft": "discarded"}),
}


def check_draft_verb(verb: str, *, state: str, agency: str, by: Actor, authors: Collection[str] = ()) -> str:
    """The state that follows.

    Raises:
        NotAllowed: not an editor of this agency's items; not somebody who may review; or one who wrote it himself.
        Conflict: the state does not allow it.
    """
    rule = DRAFT_VERBS[verb]
    if rule.by == "editor":
        check_edits(agency, by)
    else:
        if not may_review(agency, by):
            raise NotAllowed("审核由数据专员，或者同部门的另一位事项管理员办理。")
        if by.key in authors:
            raise NotAllowed("这一稿有您写的内容，要由另一个人审核。")
    if state not in rule.to:
        raise Conflict(
            say("现在是「{state}」，不能{verb}。请刷新后再看。", state=DRAFT_STATES[state], verb=rule.title)
        )
    return rule.to[state]


def can_draft_verb(verb: str, *, state: str, agency: str, by: Actor, authors: Collection[str] = ()) -> bool:
    """Whether `check_draft_verb` would allow it."""
    try:
        check_draft_verb(verb, state=state, agency=agency, by=by, authors=authors)
    except (NotAllowed, Conflict):
        return False
    return True


def may_edit(agency: str, by: Actor) -> bool:
    """Whether an officer writes the items that an agency decides."""
    return by.has_role(EDITOR) and by.agency == agency


def check_edits(agency: str, by: Actor) -> None:
    """Raises NotAllowed where `may_edit` is false."""
    if not may_edit(agency, by):
        raise NotAllowed("只有决定机关的事项管理员可以改这个事项，请用该部门的账户登录。")


def may_review(agency: str, by: Actor) -> bool:
    """Whether an officer may be the second person for an item of an agency."""
    return by.has_role(OFFICER) or may_edit(agency, by)


def check_sees_draft(agency: str, by: Actor) -> None:
    """Raises NotAllowed for others than the agency's editors and the data officers."""
    if not may_review(agency, by):
        raise NotAllowed("这是其他部门的事项，只有该部门的事项管理员和数据专员可以看。")


def check_words(words: str) -> str:
    """Words to somebody, trimmed. Raises BadInput: none, or too many."""
    return check_written(words, missing="请写明原因，对方会看到。")


#: Who may do what to a proposal: the deciding agency answers, the proposing one may take it back before.
REMOVAL_VERBS: Mapping[str, tuple[str, str]] = {
    "agree": ("同意取消", "agency"),
    "keep": ("保留", "agency"),
    "withdraw": ("撤回", "proposer"),
}


def check_proposes(by: Actor) -> None:
    """Raises NotAllowed for others than editors of items and data officers."""
    if not (by.has_role(EDITOR) or by.has_role(OFFICER)):
        raise NotAllowed("取消证明由事项管理员或者数据专员建议，请用他们的账户登录。")


def check_removal_verb(verb: str, *, state: str, agency: str, proposer: str, by: Actor) -> None:
    """Whether an officer may do this to a proposal now.

    Raises:
        NotAllowed: not an editor of the deciding agency; or not of the agency that proposed.
        Conflict: it is answered or taken back already.
    """
    title, whose = REMOVAL_VERBS[verb]
    if whose == "agency":
        check_edits(agency, by)
    else:
        check_proposes(by)
        if by.agency != proposer:
            raise NotAllowed("只有提建议的部门可以撤回。")
    if state != "proposed":
        raise Conflict(
            say("现在是「{state}」，不能{verb}。请刷新后再看。", state=REMOVAL_STATES[state], verb=title)
        )


def can_removal_verb(verb: str, *, state: str, agency: str, proposer: str, by: Actor) -> bool:
    """Whether `check_removal_verb` would allow it."""
    try:
        check_removal_verb(verb, state=state, agency=agency, proposer=proposer, by=by)
    except (NotAllowed, Conflict):
        return False
    return True
