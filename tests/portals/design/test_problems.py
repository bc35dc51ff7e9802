"""What goes wrong is a page of one clear sentence: what is wrong, what was kept, what to do (ux 3.5)."""

import logging
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import accept_case
from tongban.documents.api import MissingGlyph
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Unavailable
from tongban.portals.design.middleware import fault_page, problem_page

SignIn = Callable[[str], Client]


@pytest.mark.django_db
def test_403_names_the_role_that_is_missing_and_who_grants_it(sign_in: SignIn) -> None:
    response = sign_in("food-examiner").get("/counter/intake/")
    assert response.status_code == 403
    assert "需要「窗口收件」角色，可以由本部门的系统管理员授予" in text(response)
    assert "您现在以" in text(response)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/no/such/page/", "网址可能抄错了"),
        ("/items/gone-item/", "可能已更名或停办"),
        ("/bundles/gone-bundle/", "可能已更名或停办"),
    ],
)
def test_404_says_what_is_not_there_and_offers_a_search(client: Client, address: str, sentence: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert sentence in text(response)
    assert 'role="search"' in text(response)


@pytest.mark.django_db
def test_409_shows_what_happened_meanwhile_beside_what_was_sent(
    sign_in: SignIn, submitted: str, linxia: Actor, clerk: Actor
) -> None:
    case = view_of(submitted, linxia).cases[0]
    accept_case(number=case.number, seen=None, by=clerk)
    her = sign_in("linxia")
    sent = {"seen": str(case.version), "reason": "<b>不办了</b>", "password": "geheim"}
    response = her.post(
        f"/my/cases/{case.number}/withdraw/", sent, headers={"Referer": "http://testserver/my/"}
    )
    page = text(response)
    assert response.status_code == 409
    assert "这件事刚被别人改过" in page
    assert "受理" in page.partition("您看到的与现在的")[2]
    assert "澜川市政务服务中心" in page
    assert "&lt;b&gt;不办了" in page
    assert "geheim" not in page
    assert 'class="ds-button" href="/my/"' in page
    assert view_of(submitted, linxia).cases[0].state == "accepted"


@pytest.mark.django_db
def test_422_says_what_to_put_right_and_that_the_form_is_still_there(rf: RequestFactory) -> None:
    response = problem_page(rf.post("/"), BadInput("面积要写数字，例如 92.5。"))
    assert response.status_code == 422
    assert "面积要写数字，例如 92.5。" in text(response)
    assert "已填的内容还在" in text(response)


@pytest.mark.django_db
def test_429_says_when_to_come_back() -> None:
    page = render_to_string("429.html", {"again_at": datetime(2026, 11, 25, 14, 5, tzinfo=clock.CITY_ZONE)})
    assert "请在 2026年11月25日 14:05 以后再试" in page
    assert "已经办成的事不受影响" in page


def test_500_gives_a_number_that_stands_in_the_log_and_says_what_is_kept(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="tongban"):
        response = fault_page(rf.post("/x/", {"name": "林夏"}), ValueError("林夏"))
    page = text(response)
    assert response.status_code == 500
    number = re.search(r'class="tb-code">([0-9A-F]{8})<', page)
    assert number
    assert number[1] in caplog.text
    assert "保存过的草稿都还在" in page
    assert "林夏" not in page


def test_503_needs_no_database_and_says_that_nothing_is_lost(rf: RequestFactory) -> None:
    response = fault_page(rf.get("/"), OperationalError("the connection is closed"))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3"
    assert "已经提交的事和已经取得的证照都还在" in text(response)


@pytest.mark.django_db
def test_503_of_one_part_says_what_to_wait_for(rf: RequestFactory) -> None:
    response = problem_page(rf.get("/"), Unavailable("这一条刚刚记录，几秒后进入账本。"))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3"
    assert "几秒后进入账本" in text(response)
    assert "<h1>请稍等</h1>" in text(response)


@pytest.mark.django_db
def test_503_of_a_paper_that_no_font_can_print_does_not_ask_to_wait(rf: RequestFactory) -> None:
    response = problem_page(rf.get("/"), MissingGlyph(field="申请人", character="𠮷"))
    assert response.status_code == 503
    assert "Retry-After" not in response.headers
    assert "<h1>这一份现在给不了</h1>" in text(response)
    assert "「申请人」里的「𠮷」" in text(response)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/my/", "/counter/queue/", "/bundles/open-restaurant/"])
def test_every_page_is_503_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client.raise_request_exception = False

    def away(_self: object) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(BaseDatabaseWrapper, "ensure_connection", away)
        response = client.get(address)
    assert response.status_code == 503
    assert "<h1>现在暂停服务</h1>" in text(response)
