"""Pages of the hotline: a resident says what is wrong, the desk sends it on, an agency answers, she closes it."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.participation.conftest import handler, operator, order, resident, sent
from tongban.journal.api import Actor
from tongban.participation.api import answer_order, ask_extension, my_orders
from tongban.participation.models import Order

__all__ = ["handler", "operator", "order", "resident", "sent"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_a_resident_says_what_is_wrong_and_sees_it(sign_in: SignIn, own_home: object) -> None:
    client = sign_in("linxia")
    assert "您还没有提过诉求" in text(client, "/my/orders/")
    page = text(client, "/my/orders/new/?item=food-permit")
    assert "1 个工作日内答复" in page
    assert "食品经营许可" in page
    assert "0990-0012345" in page
    empty = client.post("/my/orders/new/", {"order_class": "", "words": ""})
    assert empty.status_code == 422
    assert "请选择诉求的类型" in empty.content.decode()
    said = {"order_class": "stuck", "about": "item:food-permit", "words": "窗口说系统坏了"}
    made = client.post("/my/orders/new/", said)
    assert made.status_code == 302
    page = text(client, made["Location"])
    for words in ("窗口说系统坏了", "待派单", "受理诉求", "已经解决，办结这件", "食品经营许可"):
        assert words in page
    assert "窗口说系统坏了" in text(client, "/my/orders/")
    assert sign_in("yemin").get(made["Location"]).status_code == 404


def test_the_desk_sends_it_on_and_the_agency_answers(sign_in: SignIn, order: int) -> None:
    desk = sign_in("hotline1")
    assert desk.get("/counter/")["Location"] == "/counter/hotline/"
    assert "去了三次" in text(desk, "/counter/hotline/")
    address = f"/counter/orders/{order}/"
    page = text(desk, address)
    assert "已按事项或者办件选好" in page
    wrong = desk.post(address, {"verb": "dispatch", "seen": "1", "agency": "", "urgency": "ordinary"})
    assert wrong.status_code == 422
    assert "请选择承办部门" in wrong.content.decode()
    given = {"agency": "lanchuan.approval", "order_class": "stuck", "urgency": "ordinary", "seen": "1"}
    assert desk.post(address, {"verb": "dispatch", **given}).status_code == 302
    assert desk.post(address, {"verb": "dispatch", **given}).status_code == 409
    agency = sign_in("food-approver")
    assert "去了三次" in text(agency, "/counter/orders/")
    page = text(agency, address)
    for words in ("可以退回派单台", "答复时限", "派给澜川市行政审批局"):
        assert words in page
    empty = agency.post(address, {"verb": "answer", "seen": "2", "answer_words": " "})
    assert empty.status_code == 422
    assert "请填写给群众的答复" in empty.content.decode()
    assert agency.post(address, {"verb": "answer", "seen": "2", "answer_words": "修好了"}).status_code == 302
    person = sign_in("linxia")
    page = text(person, f"/my/orders/{order}/")
    assert "修好了" in page
    assert "没有解决，请重新办理" in page
    empty = person.post(f"/my/orders/{order}/", {"verb": "unsolved", "words": ""})
    assert empty.status_code == 422
    assert "请填写哪里没有解决" in empty.content.decode()
    assert person.post(f"/my/orders/{order}/", {"verb": "unsolved", "words": "还是坏的"}).status_code == 302
    again = text(sign_in("food-approver"), address)
    assert "还是坏的" in again
    assert "可以退回派单台" not in again


def test_a_wrong_desk_gives_back_and_more_days_are_decided(
    sign_in: SignIn, sent: int, handler: Actor
) -> None:
    ask_extension(order=sent, words="等厂家", seen=None, by=handler)
    address = f"/counter/orders/{sent}/"
    desk = sign_in("hotline1")
    assert "等答复的延期申请" in text(desk, "/counter/hotline/")
    assert "等厂家" in text(desk, address)
    assert desk.post(address, {"verb": "agree"}).status_code == 302
    agency = sign_in("food-approver")
    done = agency.post(address, {"verb": "return", "return_words": "归城管局"})
    assert done["Location"] == "/counter/orders/"
    assert "没有等本部门答复的诉求" in text(agency, "/counter/orders/")
    assert "归城管局" in text(sign_in("hotline1"), address)


def test_an_operator_writes_down_a_call_and_calls_back(
    sign_in: SignIn, operator: Actor, handler: Actor, own_home: object
) -> None:
    desk = sign_in("hotline1")
    empty = desk.post("/counter/hotline/new/", {})
    assert empty.status_code == 422
    assert "请选择来电还是来窗口" in empty.content.decode()
    said = {
        "origin": "phone",
        "order_class": "help",
        "urgency": "life",
        "words": "楼道里有煤气味",
        "contact": "0990-0055555",
    }
    made = desk.post("/counter/hotline/new/", said)
    address = made["Location"]
    assert "0990-0055555" in text(desk, address)
    given = {"agency": handler.agency, "order_class": "help", "urgency": "life"}
    assert desk.post(address, {"verb": "dispatch", **given}).status_code == 302
    answer_order(order=Order.objects.get().pk, words="已经关阀检修", seen=None, by=handler)
    assert "本人说没有解决" in text(desk, address)
    assert desk.post(address, {"verb": "solved", "heard": "电话问过"}).status_code == 302
    assert "已办结" in text(desk, "/counter/hotline/?state=closed") or "本人说已解决" in text(
        desk, "/counter/hotline/?state=closed"
    )
    assert desk.post(address, {"verb": "nonsense"}).status_code == 422


def test_others_do_not_come_in(sign_in: SignIn, sent: int, resident: Actor) -> None:
    assert sign_in("clerk1").get("/counter/hotline/").status_code == 403
    assert sign_in("linxia").get("/counter/hotline/").status_code == 403
    assert sign_in("auditor").get("/counter/orders/").status_code == 403
    assert sign_in("fire-approver").get(f"/counter/orders/{sent}/").status_code == 404
    watcher = sign_in("supervisor")
    page = text(watcher, f"/counter/orders/{sent}/")
    assert "<button" not in page[page.index("<h1>") :].split("<footer")[0]
    assert my_orders(resident)
