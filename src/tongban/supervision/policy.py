"""Who may do what with a card, a rule, an outage. Pure."""

from tongban.journal.api import Actor
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

SUPERVISOR, CIO = "supervisor", "cio"
WATCHERS = (SUPERVISOR, CIO)
#: Who speaks for an agency about its cards.
SPEAKERS = ("approver", "resource-owner")
#: A second person confirms an outage, so that whoever saw it may declare it.
DECLARERS = (*SPEAKERS, "window-clerk")
WORDS_MAX = 2000


def check_watcher(by: Actor) -> None:
    """A supervisor or the chief data officer.

    Raises:
        NotAllowed: somebody else.
    """
    if not any(by.has_role(role) for role in WATCHERS):
        raise NotAllowed("这一步由效能监督员或首席数据官办理。")


def check_speaker(by: Actor, owner: str) -> None:
    """Somebody who speaks for the agency that answers for a card.

    Raises:
        NotAllowed: another agency, or no such post.
    """
    if by.agency != owner or not any(by.has_role(role) for role in SPEAKERS):
        raise NotAllowed("这一步由被监察部门的批准人或资源管理员办理。")


def check_declarer(by: Actor) -> None:
    """Somebody who may declare an outage of his own agency: who speaks for it, or a clerk of a window.

    Raises:
        NotAllowed: no such post.
    """
    if not can_declare(by):
        raise NotAllowed("系统故障由本部门的批准人、资源管理员或者窗口收件人员申报。")


def can_declare(by: Actor) -> bool:
    """Whether `check_declarer` passes."""
    return any(by.has_role(role) for role in DECLARERS)


def speaks_for(by: Actor, owner: str) -> bool:
    """Whether `check_speaker` passes."""
    return by.agency == owner and any(by.has_role(role) for role in SPEAKERS)


def check_other_person(by: Actor, *, than: str, what: str) -> None:
    """Not the one who did the first half.

    Raises:
        NotAllowed: the same officer.
    """
    if by.key == than:
        raise NotAllowed(say("{what}要由另一位办理，不能自己复核自己。", what=what))


def check_words(words: str, *, field: str, what: str) -> str:
    """Something was written; returns it trimmed. Raises BadInput: nothing, or too much."""
    return check_written(words, missing=say("请填写{what}。", what=what), field=field, most=WORDS_MAX)


def check_state(state: str, wanted: tuple[str, ...], *, what: str) -> None:
    """The card stands where this may be done.

    Raises:
        Conflict: it does not.
    """
    if state not in wanted:
        raise Conflict(say("这张牌现在不能{what}，请刷新后看最新情况。", what=what))
