"""The authenticator app and recovery codes, through the doors: a code opens once, only its owner changes it."""

import pyotp
import pytest
from django.db import connection

from tongban.identity.api import (
    add_totp,
    check_second_step,
    find_account,
    find_actor,
    hidden_secret,
    methods_of,
    needs_second_step,
    new_totp_secret,
    remove_totp,
    renew_recovery_codes,
)
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, Misconfigured, NotAllowed, NotFound
from tongban.keys.api import reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> int:
    return find_account("linxia").pk


@pytest.fixture
def linxia() -> Actor:
    return find_actor("linxia")


def code_of(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.real_now().timestamp()), counter_offset=steps)


@pytest.fixture
def secret(account: int, linxia: Actor) -> str:
    """林夏's app, added with the current code; the next one is good already."""
    made = new_totp_secret()
    concealed = hidden_secret(made, account=account)
    add_totp(account=account, concealed=concealed, code=code_of(made), by=linxia)
    return made


def kinds(account: int) -> list[str]:
    return [entry.kind for entry in timeline(objects=[f"account:{account}"])]


def test_a_code_opens_once_and_an_older_one_no_more(account: int, secret: str) -> None:
    assert needs_second_step(account)
    now, before = code_of(secret, steps=1), code_of(secret)
    check_second_step(account=account, code=f"{now[:3]} {now[3:]}")
    for used in (now, before):
        with pytest.raises(BadInput, match="验证码不对"):
            check_second_step(account=account, code=used)


def test_a_telephone_may_be_half_a_minute_ahead_and_not_two(account: int, secret: str) -> None:
    with pytest.raises(BadInput):
        check_second_step(account=account, code=code_of(secret, steps=4))
    check_second_step(account=account, code=code_of(secret, steps=1))


@pytest.mark.parametrize("code", ["", "000", "abcdef", "１２３４５６", "9" * 5000])
def test_what_is_no_code_is_refused_in_a_sentence(account: int, secret: str, code: str) -> None:
    with pytest.raises(BadInput, match="6 位数字"):
        check_second_step(account=account, code=code)


def test_an_app_is_added_only_with_its_own_code_and_once(account: int, linxia: Actor) -> None:
    concealed = hidden_secret(made := new_totp_secret(), account=account)
    with pytest.raises(BadInput):
        add_totp(account=account, concealed=concealed, code=code_of(new_totp_secret()), by=linxia)
    assert not needs_second_step(account)
    add_totp(account=account, concealed=concealed, code=code_of(made), by=linxia)
    with pytest.raises(Conflict, match="已经开启"):
        add_totp(account=account, concealed=concealed, code=code_of(made), by=linxia)


def test_a_recovery_code_opens_once_however_it_is_typed(account: int, linxia: Actor, secret: str) -> None:
    first, *_ = renew_recovery_codes(account=account, by=linxia)
    check_second_step(account=account, code=first.lower().replace("-", " "))
    assert methods_of(account).recovery_codes_left == 9
    with pytest.raises(BadInput):
        check_second_step(account=account, code=first)
    assert kinds(account).count("recovery-code.used.v1") == 1


def test_new_recovery_codes_end_the_old_ones(account: int, linxia: Actor, secret: str) -> None:
    old, *_ = renew_recovery_codes(account=account, by=linxia)
    renew_recovery_codes(account=account, by=linxia)
    with pytest.raises(BadInput):
        check_second_step(account=account, code=old)


def test_the_database_holds_neither_secret_nor_code(account: int, linxia: Actor, secret: str) -> None:
    codes = renew_recovery_codes(account=account, by=linxia)
    with connection.cursor() as cursor:
        cursor.execute("select concealed from identity_totp_secret where account_id = %s", [account])
        (concealed,) = cursor.fetchone() or (b"",)
        cursor.execute("select string_agg(digest, '') from identity_recovery_code")
        (digests,) = cursor.fetchone() or (b"",)
    assert secret.encode() not in bytes(concealed)
    assert not any(code.replace("-", "").encode() in bytes(digests) for code in codes)
    assert reveal(bytes(concealed), bound_to=f"totp:{account}") == secret.encode()


def test_a_secret_moved_to_another_account_does_not_open(account: int, secret: str) -> None:
    other = find_account("xunian").pk
    with connection.cursor() as cursor:
        cursor.execute("update identity_totp_secret set account_id = %s", [other])
    with pytest.raises(Misconfigured, match="does not open"):
        check_second_step(account=other, code=code_of(secret))


def test_nobody_else_changes_how_one_signs_in(account: int, secret: str) -> None:
    for stranger in ("xunian", "clerk1"):
        with pytest.raises(NotAllowed, match="只有本人"):
            remove_totp(account=account, by=find_actor(stranger))
        with pytest.raises(NotAllowed):
            renew_recovery_codes(account=account, by=find_actor(stranger))
    assert needs_second_step(account)


def test_every_change_is_an_act_and_refusals_are_none(account: int, linxia: Actor, secret: str) -> None:
    renew_recovery_codes(account=account, by=linxia)
    remove_totp(account=account, by=linxia)
    with pytest.raises(NotFound):
        remove_totp(account=account, by=linxia)
    assert sorted(kinds(account)) == [
        "sign-in-method.added.v1",
        "sign-in-method.added.v1",
        "sign-in-method.removed.v1",
    ]
    assert methods_of(account).recovery_codes_left == 0
