"""The authenticator app: adding it with a first code, checking codes, recovery codes for the day it is lost."""

import hmac

import pyotp
from django.conf import settings
from django.db import transaction

from tongban.identity.kinds import MethodAdded, MethodRemoved, RecoveryCodeUsed
from tongban.identity.models import Account, RecoveryCode, TotpSecret
from tongban.identity.policy import (
    RECOVERY_CODE_LENGTH,
    RECOVERY_CODES,
    TOTP_STEP_S,
    TOTP_STEPS_AROUND,
    check_own,
    plain_code,
)
from tongban.identity.queries import actor_of
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotFound
from tongban.kernel.ids import new_code
from tongban.keys.api import conceal, keyed_digest, reveal

_WRONG = "验证码不对。请输入认证器应用现在显示的 6 位数字；如果一直不对，请检查手机的时间是否准确。"


def new_totp_secret() -> str:
    """A secret for an authenticator app: 160 random bits in base 32 (RFC 4226 4)."""
    return pyotp.random_base32()


def totp_address(secret: str, *, username: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=settings.TONGBAN_CITY))


def hidden_secret(secret: str, *, account: int) -> bytes:
    """The secret encrypted, bound to its account: as it is kept while it is not confirmed, and after."""
    return conceal(secret.encode(), bound_to=f"totp:{account}")


def shown_secret(concealed: bytes, *, account: int) -> str:
    """What `hidden_secret` was given."""
    return reveal(concealed, bound_to=f"totp:{account}").decode()


def add_totp(*, account: int, concealed: bytes, code: str, by: Actor) -> list[str]:
    """Take an authenticator app into use after its first right code; returns the recovery codes, shown once.

    Raises:
        BadInput: the code is not the app's.
        Conflict: the account has one already.
        NotAllowed: somebody else asks.
    """
    step = _step_of(shown_secret(concealed, account=account), code, after=0)
    if step is None:
        raise BadInput(_WRONG, field="code")
    with transaction.atomic():
        version = bump(Account, account)
        holder = Account.objects.get(pk=account)
        check_own(holder, by)
        if TotpSecret.objects.filter(account=account).exists():
            raise Conflict("这个账户已经开启了动态口令。要换手机，请先删除再重新添加。")
        TotpSecret.objects.create(account=holder, concealed=concealed, last_step=step, added_at=clock.now())
        codes = _renew(account)
        record(MethodAdded(method="totp"), on=Subject("account", str(account), version), by=by)
    return codes


def remove_totp(*, account: int, by: Actor) -> None:
    """Sign in without codes from now on; the recovery codes go too.

    Raises:
        NotFound: the account has no authenticator app.
        NotAllowed: somebody else asks.
    """
    with transaction.atomic():
        version = bump(Account, account)
        check_own(Account.objects.get(pk=account), by)
        if not TotpSecret.objects.filter(account=account).delete()[0]:
            raise NotFound("这个账户没有开启动态口令。")
        RecoveryCode.objects.filter(account=account).delete()
        record(MethodRemoved(method="totp"), on=Subject("account", str(account), version), by=by)


def renew_recovery_codes(*, account: int, by: Actor) -> list[str]:
    """New recovery codes; the old ones no longer work.

    Raises:
        NotFound: the account has no authenticator app, so it needs none.
        NotAllowed: somebody else asks.
    """
    with transaction.atomic():
        version = bump(Account, account)
        check_own(Account.objects.get(pk=account), by)
        if not TotpSecret.objects.filter(account=account).exists():
            raise NotFound("备用码与动态口令配套。请先开启动态口令。")
        codes = _renew(account)
        record(MethodAdded(method="recovery-codes"), on=Subject("account", str(account), version), by=by)
    return codes


def check_second_step(*, account: int, code: str) -> None:
    """Take a code of the app, or spend a recovery code. Either opens once.

    Raises:
        BadInput: it is neither.
    """
    with transaction.atomic():
        Account.objects.select_for_update().filter(pk=account).first()  # the order of every act on an account
        kept = TotpSecret.objects.filter(account=account).first()
        if kept is None:
            raise BadInput(_WRONG, field="code")
        secret = shown_secret(bytes(kept.concealed), account=account)
        if step := _step_of(secret, code, after=kept.last_step):
            kept.last_step = step
            kept.save(update_fields=["last_step"])
        elif not _spend(account, code):
            raise BadInput(_WRONG, field="code")


def _spend(account: int, code: str) -> bool:
    unused = RecoveryCode.objects.filter(account=account, used_at=None)
    if not unused.filter(digest=_digest(account, code)).update(used_at=clock.now()):
        return False
    version = bump(Account, account)
    by = actor_of(Account.objects.select_related("person", "officer").get(pk=account))
    record(RecoveryCodeUsed(left=unused.count()), on=Subject("account", str(account), version), by=by)
    return True


def _renew(account: int) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = [new_code(RECOVERY_CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account, digest=_digest(account, code)) for code in codes
    )
    half = RECOVERY_CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _digest(account: int, code: str) -> bytes:
    return keyed_digest(f"recovery:{account}:{plain_code(code)}".encode())


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is, if it lies about now and after the last one taken. Real time (design 1)."""
    now = int(clock.real_now().timestamp()) // TOTP_STEP_S
    given, right = "".join(code.split()).encode(), None
    for step in range(now - TOTP_STEPS_AROUND, now + TOTP_STEPS_AROUND + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), given) and step > after:
            right = step
    return right
