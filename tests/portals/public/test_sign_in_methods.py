"""登录方式 and the second step, through the pages, without scripts."""

import re
from collections.abc import Callable

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client

from tongban.kernel import clock
from tongban.portals.design import limits

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
PAIR = {"username": "linxia", "password": "tongban-demo"}


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def linxia(client: Client) -> Client:
    """林夏, signed in a moment ago with her password."""
    assert client.post("/sign-in/", PAIR).status_code == 302
    return client


def code_of(letters: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(letters).at(int(clock.real_now().timestamp()), counter_offset=steps)


def turn_on(client: Client) -> tuple[str, list[str]]:
    """Add an app by hand: the key in letters, and the recovery codes."""
    found = re.search(r'<code class="tb-code">([A-Z2-7 ]+)</code>', text(client.get("/account/totp/")))
    assert found
    letters = found[1].replace(" ", "")
    done = client.post("/account/totp/", {"code": code_of(letters)})
    return letters, re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text(done))


def test_the_page_says_what_there_is(linxia: Client) -> None:
    page = text(linxia.get("/account/"))
    for words in ("只用密码就能登录", "没有开启", "还没有。通行密钥"):
        assert words in page


def test_an_officer_has_the_page_too(client: Client) -> None:
    client.post("/sign-in/", {"username": "clerk1", "password": "tongban-demo"})
    assert "登录方式" in text(client.get("/account/"))


def test_with_an_app_the_password_leads_to_the_code_and_on_to_where_one_wanted(
    linxia: Client, client: Client
) -> None:
    letters, codes = turn_on(linxia)
    assert len(codes) == 10
    linxia.post("/sign-out/")
    asked = client.post("/sign-in/", {**PAIR, "next": "/my/certificates/"})
    assert asked.headers["Location"] == "/sign-in/code/?next=%2Fmy%2Fcertificates%2F"
    assert client.get("/my/").status_code == 302
    wrong = client.post("/sign-in/code/", {"code": "000000", "next": "/my/certificates/"})
    assert wrong.status_code == 422
    assert text(wrong).count("验证码不对") == 2  # in the summary and at the field
    done = client.post("/sign-in/code/", {"code": code_of(letters, steps=1), "next": "/my/certificates/"})
    assert done.headers["Location"] == "/my/certificates/"
    assert client.get("/my/").status_code == 200


def test_a_recovery_code_stands_in_for_the_app(linxia: Client) -> None:
    _letters, codes = turn_on(linxia)
    linxia.post("/sign-out/")
    linxia.post("/sign-in/", PAIR)
    assert linxia.post("/sign-in/code/", {"code": codes[3]}).status_code == 302
    assert "还有 9 个备用码" in text(linxia.get("/account/"))


def test_the_code_page_asks_for_the_password_when_no_password_was_given(client: Client) -> None:
    for answer in (client.get("/sign-in/code/"), client.post("/sign-in/code/", {"code": "123456"})):
        assert "请先输入用户名和密码" in text(answer)
        assert 'name="password"' in text(answer)


def test_a_wrong_first_code_keeps_the_same_key(linxia: Client) -> None:
    first = re.findall(r'<code class="tb-code">([^<]+)', text(linxia.get("/account/totp/")))
    wrong = linxia.post("/account/totp/", {"code": "1"})
    assert wrong.status_code == 422
    assert re.findall(r'<code class="tb-code">([^<]+)', text(wrong)) == first


def test_the_picture_is_drawn_here_and_its_key_lies_encrypted_in_the_session(linxia: Client) -> None:
    page = text(linxia.get("/account/totp/"))
    assert 'src="data:image/svg+xml' in page
    (letters,) = re.findall(r'<code class="tb-code">([^<]+)', page)
    assert letters.replace(" ", "") not in str(dict(linxia.session))


def test_codes_are_renewed_and_the_app_is_removed(linxia: Client) -> None:
    _letters, old = turn_on(linxia)
    renewed = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text(linxia.post("/account/codes/")))
    assert len(renewed) == 10
    assert not set(renewed) & set(old)
    assert linxia.post("/account/totp/remove/").headers["Location"] == "/account/"
    linxia.post("/sign-out/")
    assert linxia.post("/sign-in/", PAIR).headers["Location"] == "/"


def test_who_signed_in_long_ago_signs_in_again_before_a_change(linxia: Client) -> None:
    session = linxia.session
    session["entered_at"] -= 16 * 60
    session.save()
    sent = linxia.get("/account/totp/")
    assert sent.headers["Location"] == "/sign-in/?next=%2Faccount%2Ftotp%2F&again=1"
    assert "请再登录一次" in text(linxia.get(sent.headers["Location"]))
    assert linxia.post("/account/totp/remove/").headers["Location"].endswith("next=%2Faccount%2F&again=1")


def test_passkey_pages_ask_for_this_site_and_refuse_nonsense(linxia: Client) -> None:
    page = linxia.get("/account/passkeys/")
    assert "&quot;id&quot;: &quot;localhost&quot;" in text(page)
    for answer in ("", "{}", "[]", '{"rawId": 7}', "x" * 10_000):
        refused = linxia.post("/account/passkeys/", {"name": "手机", "answer": answer})
        assert refused.status_code == 422
        assert "没有添加成功" in text(refused)
        refused = linxia.post("/sign-in/passkey/", {"answer": answer})
        assert refused.status_code == 422
        assert "没有认出这个通行密钥" in text(refused)
    assert "起一个" in text(linxia.post("/account/passkeys/", {"name": " ", "answer": "{}"}))


def refused_as_too_many(response: HttpResponse) -> bool:
    again = response.headers.get("Retry-After", "")
    return response.status_code == 429 and 0 < int(again) <= 600 and "以后再试" in text(response)


def test_guessing_a_password_ends_with_the_time_to_try_again(client: Client) -> None:
    for _ in range(limits.SIGN_IN.tries):
        assert client.post("/sign-in/", {**PAIR, "password": "x"}).status_code == 422
    assert refused_as_too_many(client.post("/sign-in/", PAIR))
    assert client.post("/sign-in/", {**PAIR, "username": "xunian"}).status_code == 302


def test_guessing_a_code_ends_too_whatever_address_it_comes_from(linxia: Client) -> None:
    letters, _codes = turn_on(linxia)
    linxia.post("/sign-out/")
    linxia.post("/sign-in/", PAIR)
    for place in range(limits.SECOND_STEP.tries):
        tried = linxia.post("/sign-in/code/", {"code": "x"}, REMOTE_ADDR=f"192.0.2.{place}")
        assert tried.status_code == 422
    assert refused_as_too_many(linxia.post("/sign-in/code/", {"code": code_of(letters)}))


def test_checking_certificates_by_code_is_limited_and_opening_the_page_is_not(client: Client) -> None:
    for _ in range(limits.VERIFICATION.tries):
        assert client.post("/verify/", {"code": "0000"}).status_code == 404
    assert refused_as_too_many(client.post("/verify/", {"code": "0000"}))
    assert client.get("/verify/").status_code == 200


def test_searching_is_limited_by_the_setting(client: Client, settings: object) -> None:
    settings.TONGBAN_SEARCHES_A_MINUTE = 2  # type: ignore[attr-defined]
    assert [client.get("/search/", {"q": "店"}).status_code for _ in range(3)] == [200, 200, 429]
    settings.TONGBAN_SEARCHES_A_MINUTE = 0  # type: ignore[attr-defined]
    assert client.get("/search/", {"q": "店"}).status_code == 200
