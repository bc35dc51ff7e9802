"""Supervisors see lamps and cards with their sum; agencies see and explain their own; leads show their rows."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.supervision.conftest import CASE, City, at, city
from tests.supervision.test_watching import overdue
from tongban.kernel import clock
from tongban.participation.models import Order
from tongban.supervision.models import Card, GamingLead, Outage

__all__ = ["city"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def card(city: City) -> str:
    overdue(city)
    city.paused("2026-01-06 09:00")
    city.resumed("2026-01-07 09:00")
    city.works("2026-01-13 09:00")
    return f"/supervision/cards/{Card.objects.get().pk}/"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_lamps_say_what_runs_and_what_stands_for_each_agency(sign_in: SignIn, card: str) -> None:
    page = text(sign_in("supervisor"), "/supervision/")
    row = page[page.index("澜川市行政审批局") :].split("</tr>")[0]
    assert "黄牌 1 张" in row
    assert "不给个人排名" in page
    assert text(sign_in("cio"), "/supervision/")


def test_a_card_shows_its_sum_law_and_both_times_of_every_act(sign_in: SignIn, card: str) -> None:
    page = text(sign_in("supervisor"), card)
    for words in (
        "JC-001",
        "第四十二条",
        "暂停：2026-01-06 之后到 2026-01-07，不算",
        "到期：2026-01-12 这天结束时",
    ):
        assert words in page
    assert '<th role="columnheader" scope="col">发生</th>' in page
    assert '<th role="columnheader" scope="col">录入</th>' in page
    assert "还没有办结" in page


def test_the_agency_explains_and_a_supervisor_confirms_on_the_page(sign_in: SignIn, card: str) -> None:
    with clock.fixed(at("2026-01-13 10:00")):
        agency = sign_in("food-approver")
        assert "提交说明" in text(agency, card)
        empty = agency.post(card, {"verb": "explain", "seen": "1", "words": " "})
        assert empty.status_code == 422
        assert "请填写说明" in empty.content.decode()
        assert agency.post(card, {"verb": "explain", "seen": "1", "words": "检验晚了"}).status_code == 302
        assert agency.post(card, {"verb": "explain", "seen": "1", "words": "旧表单"}).status_code == 409
        assert agency.post(card, {"verb": "confirm", "seen": "2", "words": "x"}).status_code == 403
        watcher = sign_in("supervisor")
        page = text(watcher, card)
        assert "检验晚了" in page
        assert "认定" in page
        assert (
            watcher.post(card, {"verb": "confirm", "seen": "2", "words": "没有依法暂停"}).status_code == 302
        )
        assert "已认定" in text(watcher, card)
        letter = {"verb": "letter", "letter": "三日内办结", "due_on": "2026-01-16"}
        assert watcher.post(card, letter).status_code == 302
        wrong = watcher.post(card, {**letter, "due_on": "不是日期"})
        assert wrong.status_code == 422
        assert "2026-12-03 的样子" in wrong.content.decode()
        agency = sign_in("food-approver")
        page = text(agency, card)
        assert "三日内办结" in page
        assert "提出申诉" in page
        answer = {"verb": "answer", "of": "999999", "answer": "别人的"}
        assert agency.post(card, answer).status_code == 403


def test_other_agencies_and_strangers_see_nothing_of_it(sign_in: SignIn, card: str) -> None:
    other = sign_in("fire-approver")
    assert other.get(card).status_code == 404
    assert "没有这样的牌" in text(other, "/supervision/cards/")
    assert sign_in("clerk1").get(card).status_code == 403
    assert sign_in("food-examiner").get("/supervision/cards/").status_code == 403
    assert sign_in("fire-approver").get("/supervision/").status_code == 403


def test_the_list_is_narrowed_by_state_and_says_when_it_is_empty(sign_in: SignIn, card: str) -> None:
    watcher = sign_in("supervisor")
    assert "办件超过法定时限" in text(watcher, "/supervision/cards/?state=proposed")
    assert "没有这样的牌" in text(watcher, "/supervision/cards/?state=published")
    assert "办件超过法定时限" in text(watcher, "/supervision/cards/?state=nonsense&before=x")


def test_rules_stand_in_words_with_law_and_points(sign_in: SignIn) -> None:
    page = text(sign_in("supervisor"), "/supervision/rules/")
    row = page[page.index("JC-001") :].split("</tr>")[0]
    for words in (
        "提醒：到期前 1 个工作日",
        "黄牌：过期，扣 2 分",
        "红牌：用到时限的 150%，扣 5 分",
        "第四十二条",
    ):
        assert words in row
    assert "未核对" in page[page.index("JC-008") :].split("</tr>")[0]


def test_a_lead_shows_its_rows_and_takes_down_what_it_was(sign_in: SignIn, city: City) -> None:
    city.opened("2026-01-05 09:00")
    city.accepted("2026-01-05 10:00", legal="2026-01-09")
    city.paused("2026-01-12 10:00")
    city.works("2026-01-12 11:00")
    lead = GamingLead.objects.get(detector="pause-after-expiry")
    address = f"/supervision/leads/{lead.pk}/"
    watcher = sign_in("supervisor")
    assert "到期以后才暂停" in text(watcher, "/supervision/leads/")
    page = text(watcher, address)
    assert "到期日 2026-01-09，到期后才暂停" in page
    assert str(lead.evidence.get().entry) in page
    assert watcher.post(address, {"seen": str(lead.version), "words": " "}).status_code == 422
    assert (
        watcher.post(address, {"seen": str(lead.version), "words": "检验报告迟到，正常"}).status_code == 302
    )
    assert "检验报告迟到，正常" in text(watcher, address)
    assert watcher.get("/supervision/leads/99999/").status_code == 404


def test_an_outage_is_declared_by_the_agency_and_confirmed_by_another(sign_in: SignIn) -> None:
    agency = sign_in("food-approver")
    sent = {
        "begins_on": "2026-01-12",
        "begins_time": "09:00",
        "ends_on": "2026-01-12",
        "ends_time": "17:00",
        "serials_from": "纸001",
        "serials_to": "纸030",
        "reason": "机房停电",
    }
    bad = agency.post("/supervision/outages/", {**sent, "ends_time": "八点"})
    assert bad.status_code == 422
    assert "09:30" in bad.content.decode()
    assert agency.post("/supervision/outages/", sent).status_code == 302
    row = Outage.objects.get()
    confirm = {"verb": "confirm", "outage": str(row.pk), "seen": "1"}
    assert agency.post("/supervision/outages/", confirm).status_code == 403
    watcher = sign_in("supervisor")
    assert "机房停电" in text(watcher, "/supervision/outages/")
    assert watcher.post("/supervision/outages/", confirm).status_code == 302
    assert "已复核" in text(watcher, "/supervision/outages/")


def test_the_lists_ask_the_database_as_often_for_many_cards(
    sign_in: SignIn, city: City, django_assert_max_num_queries: object
) -> None:
    for number in range(1, 21):
        case = f"990100202601050000{number:02}-01"
        city.opened("2026-01-05 09:00", case=case)
        city.accepted("2026-01-05 10:00", legal="2026-01-09", case=case)
    city.works("2026-01-13 09:00")
    watcher = sign_in("supervisor")
    text(watcher, "/supervision/cards/")
    for address in ("/supervision/cards/", "/supervision/"):
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            text(watcher, address)


def test_an_order_about_a_case_and_the_cases_card_lead_to_each_other(sign_in: SignIn, card: str) -> None:
    order = Order.objects.create(
        origin="page",
        order_class="stuck",
        urgency="ordinary",
        words="一直没有动静",
        case_number=CASE,
        received_at=clock.now(),
        dispatch_by=clock.now(),
    )
    supervisor = sign_in("supervisor")
    assert f'href="/counter/orders/{order.pk}/"' in text(supervisor, card)
    assert f'href="{card}"' in text(supervisor, f"/counter/orders/{order.pk}/")
