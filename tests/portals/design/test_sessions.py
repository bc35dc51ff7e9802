"""A session ends when nobody is there; a form sent after that is not lost, and is shown to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
HELD = "您刚才填的内容还在"


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def nobody_is_there(client: Client) -> None:
    """The idle time passes."""
    assert Session.objects.filter(pk=client.session.session_key).update(
        expire_date=clock.real_now() - timedelta(seconds=1)
    )


def send(client: Client, page: str, form: dict[str, object]) -> HttpResponse:
    """Press the button of a page."""
    return client.post(page, form, headers={"Referer": f"http://testserver{page}"})  # type: ignore[return-value]


def enter(client: Client, username: str, next_page: str) -> HttpResponse:
    given = {"username": username, "password": "tongban-demo", "next": next_page}
    return client.post("/sign-in/", given)  # type: ignore[return-value]


def test_an_idle_session_ends_and_a_request_puts_it_off(sign_in: SignIn) -> None:
    client = sign_in("linxia")
    client.get("/my/")
    session = client.session
    session["seen_at"] -= 1700
    session.save()
    Session.objects.filter(pk=session.session_key).update(
        expire_date=clock.real_now() + timedelta(seconds=100)
    )
    client.get("/my/")
    left = Session.objects.get(pk=session.session_key).expire_date - clock.real_now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    nobody_is_there(client)
    assert client.get("/my/").status_code == 302


def has_been_here_for(client: Client, hours: float) -> None:
    """So much time has passed since signing in, however busy."""
    session = client.session
    session["entered_at"] = session["seen_at"] = int(clock.real_now().timestamp() - hours * 3600)
    session.save()


def test_after_its_longest_time_a_session_ends_though_somebody_is_there(client: Client) -> None:
    enter(client, "linxia", "/my/")
    has_been_here_for(client, 11.9)
    page = text(client.get("/my/"))
    assert "登录满 12 小时要再登录一次" in page
    assert 300 < int(page.partition('data-session-left="')[2].partition('"')[0]) <= 360
    has_been_here_for(client, 12.1)
    assert client.get("/my/").headers["Location"] == "/sign-in/?next=%2Fmy%2F"
    assert client.get("/stay/").status_code == 302
    enter(client, "linxia", "/my/")
    assert client.get("/my/").status_code == 200


def test_what_was_typed_when_the_longest_time_was_over_is_still_there(client: Client, begun: str) -> None:
    enter(client, "linxia", "/my/")
    has_been_here_for(client, 12.1)
    page = f"/my/applications/{begun}/form/pages/place/"
    assert send(client, page, {"premises-area": "81.5"}).headers["Location"].startswith("/sign-in/")
    enter(client, "linxia", page)
    assert 'value="81.5"' in text(client.get(page))


def test_staying_is_one_press_and_needs_a_session(sign_in: SignIn, client: Client) -> None:
    assert client.get("/stay/").status_code == 302
    assert sign_in("linxia").get("/stay/").status_code == 204


def test_a_page_says_how_long_it_stays_without_a_script(sign_in: SignIn, client: Client) -> None:
    assert "没有操作会自动退出" not in text(client.get("/"))
    page = text(sign_in("linxia").get("/my/"))
    assert "30 分钟没有操作会自动退出登录" in page
    assert 'data-session-seconds="1800"' in page


def test_an_officers_form_is_still_there_after_signing_in_again(sign_in: SignIn, submitted: str) -> None:
    clerk, page = sign_in("clerk1"), f"/counter/intake/{submitted}/"
    nobody_is_there(clerk)
    form = {"returned": ["floor-plan"], "reason-floor-plan": "请标出消毒间的位置"}
    sent = send(clerk, page, form)
    assert sent.headers["Location"].startswith("/sign-in/")
    assert enter(clerk, "clerk1", page).headers["Location"] == page
    shown = text(clerk.get(page))
    assert HELD in shown
    assert "请标出消毒间的位置" in shown
    again = text(clerk.get(page))
    assert HELD not in again
    assert "请标出消毒间的位置" not in again


def test_answers_typed_too_late_are_still_there_and_not_yet_saved(sign_in: SignIn, begun: str) -> None:
    her, page = sign_in("linxia"), f"/my/applications/{begun}/form/pages/place/"
    nobody_is_there(her)
    send(her, page, {"premises-area": "81.5"})
    enter(her, "linxia", page)
    assert 'value="81.5"' in text(her.get(page))
    assert 'value="81.5"' not in text(her.get(page))


def test_what_one_person_typed_is_shown_to_nobody_else(sign_in: SignIn, submitted: str) -> None:
    client, page = sign_in("clerk1"), f"/counter/intake/{submitted}/"
    nobody_is_there(client)
    send(client, page, {"returned": ["floor-plan"], "reason-floor-plan": "请标出消毒间的位置"})
    enter(client, "clerk2", page)
    assert "请标出消毒间的位置" not in text(client.get(page))
    client.post("/sign-out/")
    enter(client, "clerk1", page)
    assert "请标出消毒间的位置" not in text(client.get(page))


def test_a_form_of_somebody_who_was_never_here_or_signed_out_is_not_held(
    sign_in: SignIn, submitted: str
) -> None:
    client, page = sign_in("clerk1"), f"/counter/intake/{submitted}/"
    client.post("/sign-out/")
    send(client, page, {"reason-floor-plan": "请标出消毒间的位置"})
    assert "held_form" not in client.session


def test_no_secret_and_no_flood_is_held(sign_in: SignIn) -> None:
    client = sign_in("linxia")
    nobody_is_there(client)
    send(client, "/account/passkeys/", {"name": "我的手机", "answer": "{}", "code": "1", "password": "p"})
    assert client.session["held_form"]["form"] == "name=%E6%88%91%E7%9A%84%E6%89%8B%E6%9C%BA"
    client = sign_in("xunian")
    nobody_is_there(client)
    send(client, "/account/passkeys/", {"name": "x" * 60_001})
    assert "held_form" not in client.session
