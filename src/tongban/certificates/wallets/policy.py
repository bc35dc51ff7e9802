"""What a wallet may fetch, and how an offer stands. Pure."""

from datetime import datetime, timedelta

from tongban.certificates.wallets.models import LABEL_MAX, WalletOffer
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.sentences import say

#: How long an offer is open: "short lived" (VCI 4.1.1).
OPEN_FOR = timedelta(minutes=10)
#: Wrong codes after which an offer is over: five of a million.
WRONG_MOST = 5
#: Bearer tokens that live longer must not be given (VCI 13.10).
ACCESS_LIVES = timedelta(minutes=5)
#: How long a wallet may wait for a case.
REFRESH_LIVES = timedelta(days=180)
#: Keys in one request (VCI 12.2.4, `batch_size`), and texts that one offer gives in all.
BATCH_SIZE = 8
#: How soon a wallet should ask again while the case runs, in seconds.
INTERVAL_S = 300
TX_CODE_DIGITS = 6


def check_label(label: str) -> str:
    """What its holder calls the wallet, without blanks around; may be empty.

    Raises:
        BadInput: too long.
    """
    text = " ".join(label.split())
    if len(text) > LABEL_MAX:
        raise BadInput(
            say("请控制在 {n} 字以内，现在是 {length} 字。", n=LABEL_MAX, length=len(text)), field="label"
        )
    return text


def check_offered(status: str) -> None:
    """That a certificate holds, so that a wallet may be given it.

    Raises:
        Conflict: it does not.
    """
    if status != "valid":
        raise Conflict("这份证照现在不是有效状态，不能放进钱包。证照页上写着原因和怎么办。")


def state_of(
    offer: WalletOffer, *, now: datetime, fetched: bool = False, held_until: datetime | None = None
) -> str:
    """How an offer stands at `now`; `held_until` is when the tokens that it was redeemed for end.

    `open`, `blocked` (too many wrong codes), `over`, `waiting` (redeemed, nothing fetched yet), `fetched`, `withdrawn`.
    """
    if offer.withdrawn_at:
        return "withdrawn"
    if fetched:
        return "fetched"
    if offer.redeemed_at:
        return "over" if held_until and held_until <= now else "waiting"
    if offer.wrong >= WRONG_MOST:
        return "blocked"
    return "open" if now < offer.ends_at else "over"
