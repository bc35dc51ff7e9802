"""许年 adds a passkey and signs in with it; Chromium's virtual authenticator stands for his telephone."""

import re
from typing import Any

import pyotp
import pytest

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tongban.kernel import clock

TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Telephone:
    """The virtual authenticator of one browser window."""

    def __init__(self, visitor: Visitor) -> None:
        self._link = visitor.page.context.new_cdp_session(visitor.page)
        self._link.send("WebAuthn.enable")
        made = self._link.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})
        self._id = made["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        said = self._link.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(said["credentials"])

    def is_locked(self) -> None:
        """Whoever holds it does not know its PIN."""
        self._link.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": False})

    def copied_back(self, sign_count: int) -> None:
        """The same passkey, its counter set back, as in a copy of the device."""
        (one,) = self.passkeys()
        self._link.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
        one["signCount"] = sign_count
        self._link.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": one})


@pytest.fixture(scope="module")
def xunian(arrive: Arrive) -> Visitor:
    visitor = arrive()
    visitor.open("/account/")
    visitor.sign_in_as("许年")
    return visitor


@pytest.fixture(scope="module")
def telephone(xunian: Visitor) -> Telephone:
    return Telephone(xunian)


def leave(visitor: Visitor) -> None:
    visitor.press("退出", within=visitor.page.locator("header"))


def test_he_adds_a_passkey(xunian: Visitor, telephone: Telephone) -> None:
    assert xunian.path == "/account/"
    xunian.press("添加通行密钥")
    xunian.answer({"name": "我的手机"})
    xunian.page.get_by_role("button", name="添加").click()
    xunian.page.wait_for_url("**/account/")
    xunian.look()
    (made,) = telephone.passkeys()
    assert made["isResidentCredential"]
    assert made["rpId"] == "localhost"
    assert "我的手机" in xunian.words()


def test_a_second_one_on_the_same_telephone_is_not_made(xunian: Visitor, telephone: Telephone) -> None:
    xunian.press("添加通行密钥")
    xunian.answer({"name": "又一个"})
    xunian.page.get_by_role("button", name="添加").click()
    xunian.page.get_by_text("没有完成").wait_for()
    assert len(telephone.passkeys()) == 1
    xunian.look()


def test_he_signs_in_with_it_and_types_nothing(xunian: Visitor, telephone: Telephone) -> None:
    leave(xunian)
    xunian.open("/my/")
    xunian.press("用通行密钥登录")
    xunian.page.get_by_role("button", name="登录").click()
    xunian.page.wait_for_url("**/my/")
    assert xunian.heading() == "我的办件"


def test_he_names_it_anew(xunian: Visitor) -> None:
    xunian.open("/account/")
    assert "用过" in xunian.words()
    xunian.press("我的手机")
    xunian.answer({"name": "工作手机"})
    xunian.press("改名")
    assert "工作手机" in xunian.words()


def test_a_copied_telephone_is_refused(xunian: Visitor, telephone: Telephone) -> None:
    (before,) = telephone.passkeys()
    telephone.copied_back(0)
    leave(xunian)
    xunian.open("/sign-in/passkey/")
    xunian.page.get_by_role("button", name="登录").click()
    xunian.page.get_by_text("没有认出这个通行密钥").wait_for()
    xunian.look()
    xunian.complaints[:] = [one for one in xunian.complaints if "422" not in one]
    telephone.copied_back(before["signCount"] + 1)


def test_a_telephone_that_is_locked_signs_nothing(xunian: Visitor, telephone: Telephone) -> None:
    telephone.is_locked()
    xunian.open("/sign-in/passkey/")
    xunian.page.get_by_role("button", name="登录").click()
    xunian.page.get_by_text("没有完成").wait_for()
    assert xunian.path == "/sign-in/passkey/"


def test_without_scripts_password_and_code_do(arrive: Arrive) -> None:
    heqing = arrive(without_scripts=True)
    heqing.open("/account/")
    heqing.answer({"username": "heqing", "password": "tongban-demo"})
    heqing.press("登录")
    heqing.press("开启动态口令")
    letters = re.sub(r"\s", "", heqing.page.locator("code").inner_text())
    app = pyotp.TOTP(letters)
    heqing.answer({"code": app.at(int(clock.real_now().timestamp()))})
    heqing.press("开启")
    assert heqing.heading() == "备用码"
    leave(heqing)
    heqing.open("/sign-in/passkey/")
    assert "通行密钥要用到脚本" in heqing.words()
    heqing.open("/my/")
    heqing.answer({"username": "heqing", "password": "tongban-demo"})
    heqing.press("登录")
    heqing.answer({"code": app.at(int(clock.real_now().timestamp()), counter_offset=1)})
    heqing.press("登录")
    assert heqing.path == "/my/"


def test_the_pages_of_the_app_are_looked_at(arrive: Arrive) -> None:
    tangmu = arrive()
    tangmu.open("/account/")
    tangmu.sign_in_as("唐沐")
    tangmu.press("开启动态口令")
    letters = re.sub(r"\s", "", tangmu.page.locator("code").inner_text())
    tangmu.answer({"code": pyotp.TOTP(letters).now()})
    tangmu.press("开启")
    tangmu.press("我已收好")
    leave(tangmu)
    tangmu.open("/sign-in/")
    tangmu.answer({"username": "tangmu", "password": "tongban-demo"})
    tangmu.page.locator("main").get_by_role("button", name="登录", exact=True).first.click()
    tangmu.page.wait_for_url("**/sign-in/code/**")
    tangmu.look()


def test_a_warning_comes_before_the_session_ends_and_one_press_stays(arrive: Arrive) -> None:
    chenhe = arrive()
    chenhe.page.clock.install()
    chenhe.open("/my/")
    chenhe.sign_in_as("陈禾")
    warning = chenhe.page.locator("#session-warning")
    chenhe.page.clock.fast_forward("27:00")
    assert not warning.is_visible()
    chenhe.page.clock.fast_forward("01:30")
    warning.wait_for()
    assert "马上要自动退出登录" in warning.inner_text()
    assert not chenhe.axe()
    with chenhe.page.expect_response("**/stay/") as stayed:
        warning.get_by_role("button", name="我还在，继续").click()
    assert stayed.value.status == 204
    warning.wait_for(state="hidden")
    chenhe.page.clock.fast_forward("31:00")
    chenhe.page.get_by_text("已自动退出登录").wait_for()
    assert not warning.get_by_role("button").is_visible()


def test_a_warning_comes_before_the_longest_time_is_over_and_nobody_can_put_it_off(arrive: Arrive) -> None:
    chenhe = arrive()
    chenhe.page.clock.install()
    chenhe.open("/my/")
    chenhe.sign_in_as("陈禾")
    warning = chenhe.page.locator("#session-warning")
    for _ in range(28):
        chenhe.page.clock.fast_forward("25:00")
        chenhe.page.evaluate("localStorage.setItem('tb-session', String(Date.now()))")
    assert not warning.is_visible()
    chenhe.page.clock.fast_forward("15:00")
    warning.wait_for()
    assert "登录满 12 小时要再登录一次" in warning.inner_text()
    assert not warning.get_by_role("button").is_visible()
