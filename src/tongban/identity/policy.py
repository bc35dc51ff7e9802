"""Rules of signing in: whose methods one may change, what a code or a name must look like; rules of mandates."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings

from tongban.identity.models import Account
from tongban.journal.api import Actor
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.kernel.sentences import say

TOTP_STEP_S = 30
#: A telephone's clock may be half a minute off to either side (RFC 6238 5.2 recommends one step).
TOTP_STEPS_AROUND = 1
RECOVERY_CODES = 10
#: Ten characters of Crockford base 32: 50 bits.
RECOVERY_CODE_LENGTH = 10
PASSKEYS_MAX = 10
PASSKEY_NAME_MAX = 40


def check_own(account: Account, by: Actor) -> None:
    """Only the holder changes the ways to sign in to an account.

    Raises:
        NotAllowed: somebody else asks.
    """
    holder = str(account.person_id) if account.person_id else account.officer_id
    if not account.is_active or by.key != holder:
        raise NotAllowed("只有本人可以更改自己的登录方式。")


def checked_name(name: str) -> str:
    """The name of a passkey, trimmed.

    Raises:
        BadInput: it is empty or longer than forty characters.
    """
    trimmed = " ".join(name.split())
    if not 1 <= len(trimmed) <= PASSKEY_NAME_MAX:
        raise BadInput(
            say("请给通行密钥起一个 1 到 {n} 个字的名称，例如「我的手机」。", n=PASSKEY_NAME_MAX),
            field="name",
        )
    return trimmed


def check_another_way_remains(account: Account, *, passkeys: int) -> None:
    """The last way in is not removed.

    Raises:
        Conflict: the account has no password and only this passkey.
    """
    if passkeys <= 1 and not account.has_usable_password():
        raise Conflict("这是这个账户唯一的登录方式，不能删除。请先增加另一个通行密钥。")


def plain_code(typed: str) -> str:
    """A code as it is compared: no spaces or dashes, capitals, letters that look like digits read as digits."""
    code = "".join(char for char in typed.upper() if char.isalnum())
    return code.replace("O", "0").replace("I", "1").replace("L", "1")


def origin() -> str:
    """The address of the portals as browsers name it: `https://host[:port]`."""
    return str(settings.TONGBAN_ORIGIN)


def relying_party() -> str:
    """The WebAuthn relying-party id; passkeys made for another one never work here."""
    return settings.TONGBAN_RELYING_PARTY or urlsplit(origin()).hostname or "localhost"


#: Who is of age acts for himself and for others; the article stands with the grounds in the packs.
OF_AGE = 18
RELATIONS = ("配偶", "父母", "子女", "其他亲属", "朋友")


def last_day(today: date) -> date:
    """The latest day on which a mandate given today may end: this day next year, a rule of this platform."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        return today.replace(year=today.year + 1, day=28)


def check_terms(*, relation: str, ends_on: date, today: date) -> None:
    """Relation and end of a mandate.

    Raises:
        BadInput: says which is wrong.
    """
    if relation not in RELATIONS:
        raise BadInput("请选择这个人是您的什么人。", field="relation")
    if ends_on < today:
        raise BadInput("截止日期已经过去了，请选今天或者以后的一天。", field="ends_on")
    if ends_on > (last := last_day(today)):
        raise BadInput(say("委托最长一年，请选 {day} 或者以前的一天。", day=last), field="ends_on")


def check_of_age(age: int, *, whose: str) -> None:
    """Whether somebody may give or take a mandate.

    Raises:
        NotAllowed: under eighteen; parents act for children by law, at the window.
    """
    if age < OF_AGE:
        raise NotAllowed(
            say("{whose}未满十八周岁，不能这样委托。孩子的事由父母作为法定代理人到窗口办。", whose=whose)
        )
