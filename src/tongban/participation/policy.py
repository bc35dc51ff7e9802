"""Who may do what with an order. Pure."""

from tongban.journal.api import Actor
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

OPERATOR = "hotline-operator"
#: Who works on an order in the agency that has it.
HANDLERS = ("window-clerk", "examiner", "approver")
#: Who may look at every order, and changes nothing.
ONLOOKERS = ("supervisor", "cio")
WORDS_MAX, CONTACT_MAX = 2000, 60


def check_operator(by: Actor, desk: str) -> None:
    """Somebody of the hotline's desk.

    Raises:
        NotAllowed: anybody else.
    """
    if by.agency != desk or not by.has_role(OPERATOR):
        raise NotAllowed("这一步由热线派单员办理。")


def handles(by: Actor, agency: str) -> bool:
    """Whether an officer works for the agency that has the order."""
    return bool(agency) and by.agency == agency and any(by.has_role(role) for role in HANDLERS)


def check_handler(by: Actor, agency: str) -> None:
    """Somebody of the agency that has it.

    Raises:
        NotAllowed: anybody else.
    """
    if not handles(by, agency):
        raise NotAllowed("这一步由承办这件诉求的部门办理。")


def check_words(words: str, *, field: str, what: str) -> str:
    """Something was written, and not too much; returns it trimmed.

    Raises:
        BadInput: nothing, or too long.
    """
    return check_written(words, missing=say("请填写{what}。", what=what), field=field, most=WORDS_MAX)


def check_state(state: str, wanted: tuple[str, ...], *, what: str) -> None:
    """The order stands where this may be done.

    Raises:
        Conflict: it does not.
    """
    if state not in wanted:
        raise Conflict(say("这件诉求现在不能{what}，请刷新后看最新情况。", what=what))
