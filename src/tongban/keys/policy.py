"""Who may do what with keys: whoever guards the system orders, whoever checks both confirms. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say
from tongban.keys.generation import KeyGeneration

#: Who hands keys over and orders revocations, and who confirms these: never one person (三员分离).
GUARDS, CONFIRMS = "security-officer", "auditor"
OVERLAP_DAYS_MAX = 365
REASON_MAX = 500


def check_guard(by: Actor) -> None:
    """Whoever guards the system.

    Raises:
        NotAllowed: somebody else.
    """
    if not by.has_role(GUARDS):
        raise NotAllowed("更换密钥、提出吊销由安全管理员办理，您没有这个角色。")


def check_confirms(by: Actor, *, ordered_by: str) -> None:
    """A second person, who did not order it.

    Raises:
        NotAllowed: without the post, or the one who ordered it.
    """
    if not by.has_role(CONFIRMS):
        raise NotAllowed("吊销密钥由审计员复核，您没有这个角色。")
    if by.key == ordered_by:
        raise NotAllowed("提出吊销的人不能自己复核，请由另一位复核。")


def check_hand_over(known: Sequence[KeyGeneration], overlap: timedelta | None, *, now: datetime) -> timedelta:
    """For how long the old key signs beside the new one.

    Raises:
        BadInput: no number of days, or too many.
        Conflict: two keys sign already.
    """
    if overlap is None or not timedelta(0) <= overlap <= timedelta(days=OVERLAP_DAYS_MAX):
        raise BadInput(say("新旧并用的天数请填 0 到 {n}。", n=OVERLAP_DAYS_MAX), field="overlap")
    if any(key.signs(now) for key in known[:-1]):
        raise Conflict("上一次更换还没有结束：现在有两把密钥在签。等旧的停签以后再换。")
    return overlap


def check_revocation(
    key: KeyGeneration | None, since: datetime | None, reason: str, *, now: datetime
) -> datetime:
    """Since when a key is not to be believed.

    Raises:
        BadInput: no such key, no moment that has passed, no reason.
        Conflict: it is revoked already.
    """
    if key is None:
        raise BadInput("没有这一把密钥，请从列表里打开。", field="number")
    if key.revoked:
        raise Conflict("这把密钥已经吊销了。")
    if since is None or since > now:
        raise BadInput("请写明从什么时候起可能被别人掌握，不能晚于现在。", field="since")
    if not reason or len(reason) > REASON_MAX:
        raise BadInput(say("请写明吊销的原因，{n} 字以内，任何人都能看到。", n=REASON_MAX), field="reason")
    return since
