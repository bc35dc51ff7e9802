"""Who may do what with a certificate, and in which status. Pure."""

from collections.abc import Collection
from datetime import date

from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.kernel.words import check_written

#: What may be done: the statuses it begins from, the status it leads to, its word.
CHANGES: dict[str, tuple[frozenset[str], str, str]] = {
    "suspend": (frozenset({"valid"}), "suspended", "暂扣"),
    "reinstate": (frozenset({"suspended"}), "valid", "恢复"),
    "revoke": (frozenset({"valid", "suspended", "expired"}), "revoked", "撤销"),
    "cancel": (frozenset({"valid", "suspended", "expired", "revoked"}), "cancelled", "注销"),
    "transfer": (frozenset({"valid"}), "transferred", "转出"),
    "replace": (frozenset({"valid", "expired"}), "replaced", "换发"),
}
#: What is done by issuing another certificate, never by itself.
_WITH_ANOTHER = {"replace"}


def possible_changes(status: str) -> list[str]:
    """What may be done with a certificate in a status, beside issuing another in its place."""
    return [
        change
        for change, (begins, _leads, _word) in CHANGES.items()
        if status in begins and change not in _WITH_ANOTHER
    ]


def word_of(change: str) -> str:
    """The word for a change; for what is no change, that it is one."""
    return CHANGES[change][2] if change in CHANGES else "变更"


def check_change(change: str, *, status: str, status_words: str, issuer: str, by: Actor) -> str:
    """The status that a change leads to.

    Raises:
        NotAllowed: not an approver of the agency that issued it.
        BadInput: there is no such change.
        Conflict: the status does not allow it.
    """
    if by.agency != issuer or not by.has_role("approver"):
        raise NotAllowed("这一步由签发机关的批准人办理。请联系该机关，或请管理员为您配置岗位。")
    if change not in CHANGES:
        raise BadInput("请选择要对这份证照做什么。", field="change")
    return check_status(change, status=status, status_words=status_words)


def can_change(change: str, *, status: str) -> bool:
    """Whether `check_status` passes."""
    return status in CHANGES[change][0]


def check_status(change: str, *, status: str, status_words: str) -> str:
    """The status that a change leads to from this one.

    Raises:
        Conflict: the status does not allow it.
    """
    begins, leads, word = CHANGES[change]
    if status not in begins:
        raise Conflict(say("这份证照现在是「{status}」，不能再{change}。", status=status_words, change=word))
    return leads


def check_issuer(by: Actor, *, issuers: Collection[str], title: str) -> None:
    """An approver of an agency that issues the type.

    Raises:
        NotAllowed: somebody else.
    """
    if by.agency not in issuers or not by.has_role("approver"):
        raise NotAllowed(
            say("「{title}」由签发机关的批准人补录，您不属于签发机关或者没有这个岗位。", title=title)
        )


def check_term(issued_on: date, valid_from: date, valid_to: date | None, *, today: date) -> None:
    """The days of a certificate that was issued before.

    Raises:
        BadInput: issued in the future, or ended before it began.
    """
    if issued_on > today:
        raise BadInput("签发日期不能晚于今天；新办的证照由办件签发。", field="issued_on")
    if valid_to is not None and valid_to < max(valid_from, issued_on):
        raise BadInput("有效期止不能早于有效期起和签发日期。", field="valid_to")


def check_words(words: str) -> str:
    """The reasons, trimmed. Raises BadInput: empty, or too long."""
    return check_written(words, missing="请写明事实和理由，持证人会看到。")
