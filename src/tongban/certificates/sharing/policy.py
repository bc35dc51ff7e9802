"""What a share needs before it is given, and whether it still opens. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from tongban.certificates.sharing.models import CAUSE_MAX
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say

READER_MAX = 60


@dataclass(frozen=True)
class ShareTerms:
    """What a holder wishes, as typed: for whom, what for, which fields, for how many days."""

    receiver: str
    cause: str
    items: Sequence[str]
    days: str


def check_reader(name: str, *, field: str = "receiver") -> str:
    """Whom it is for, without blanks around.

    Raises:
        BadInput: empty, or too long.
    """
    text = " ".join(name.split())
    if not text:
        raise BadInput("请写明是给谁看的：单位或者姓名。", field=field)
    if len(text) > READER_MAX:
        raise BadInput(
            say("请控制在 {n} 字以内，现在是 {length} 字。", n=READER_MAX, length=len(text)), field=field
        )
    return text


def check_cause(words: str) -> str:
    """The cause, at most 200 characters, without blanks around.

    Raises:
        BadInput: empty, or too long.
    """
    text = " ".join(words.replace("\0", "").split())
    if not text:
        raise BadInput("请写明用来做什么，例如：租房时核对身份。", field="cause")
    if len(text) > CAUSE_MAX:
        raise BadInput(
            say("用途请控制在 {n} 字以内，现在是 {length} 字。", n=CAUSE_MAX, length=len(text)), field="cause"
        )
    return text


def check_items(items: Sequence[str], *, known: Collection[str]) -> list[str]:
    """The fields to show, each once, in the order of the certificate.

    Raises:
        BadInput: none is chosen, or the certificate has no such field.
    """
    if set(items) - set(known):
        raise BadInput("请只选这份证照上有的内容。", field="items")
    chosen = [one for one in known if one in set(items)]
    if not chosen:
        raise BadInput("请至少选一项给对方看的内容。", field="items")
    return chosen


def check_days(days: str, *, most: int) -> int:
    """For how many days, from one to what the packs allow.

    Raises:
        BadInput: no number, none, or more.
    """
    given = days.strip()
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= most):
        raise BadInput(say("请填 1 到 {n} 之间的天数。", n=most), field="days")
    return int(given)


def state_of(*, used: bool, revoked: bool, last_day: date, today: date) -> str:
    """`open`, `used`, `revoked` or `expired`."""
    if used:
        return "used"
    if revoked:
        return "revoked"
    return "expired" if last_day < today else "open"


def check_open(state: str) -> None:
    """Whether a share still opens.

    Raises:
        Conflict: says why not, and what to do.
    """
    reasons = {
        "used": "这个共享码已经用过了，它只能用一次。请让持证人重新给一个。",
        "revoked": "持证人已经收回这个共享码。请让持证人重新给一个。",
        "expired": "这个共享码已经过期。请让持证人重新给一个。",
    }
    if state in reasons:
        raise Conflict(reasons[state])
