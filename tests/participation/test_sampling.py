"""Call-backs by lot, and the three rates of agencies with what they were counted from."""

from collections.abc import Callable

import pytest
from django.test import Client

from tongban.journal.api import Actor, StaleObject, drain, run_subscribers
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.participation.api import (
    answer_order,
    call_backs,
    confirm_order,
    draw_call_backs,
    get_call_back,
    hotline_rates,
    note_sample,
)
from tongban.participation.models import CallBack, Order

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
SAID = {"reached": True, "solved": True, "level": 2, "words": "上午打的，说办好了"}


@pytest.fixture
def closed(sent: int, handler: Actor, resident: Actor) -> int:
    answer_order(order=sent, words="已经修好", seen=None, by=handler)
    confirm_order(order=sent, solved=True, words="", seen=None, by=resident)
    return sent


def orders(number: int, **said: object) -> list[Order]:
    """Closed orders of another agency, as they stand in its table."""
    now = clock.now()
    given = {
        "origin": "phone", "contact": "0990-0011", "order_class": "help", "urgency": "ordinary", "words": "x",
        "agency": "lanchuan.fire", "state": "closed", "received_at": now, "dispatch_by": now, "dispatched_at": now,
        "due_on": clock.today(), "answered_at": now, "closed_at": now, "closed_by": "deadline",
    }  # fmt: skip
    return Order.objects.bulk_create([Order(**{**given, **said}) for _ in range(number)])


def test_the_lot_falls_on_closed_orders_once_and_the_desk_notes_what_was_said(
    closed: int, operator: Actor, handler: Actor
) -> None:
    assert draw_call_backs(amount=5, by=operator) == 1
    with pytest.raises(Conflict, match="最近 30 天办结的诉求都抽过了"):
        draw_call_backs(amount=5, by=operator)
    (row,) = call_backs(by=operator)
    assert (row.order.id, row.called_at) == (closed, None)
    assert call_backs(by=handler) == []
    note_sample(call_back=row.id, **SAID, seen=row.version, by=operator)
    assert call_backs(by=operator) == []
    done = get_call_back(row.id, by=operator)
    assert (done.reached, done.solved, done.level) == (True, True, 2)
    with pytest.raises(StaleObject):
        note_sample(call_back=row.id, **SAID, seen=row.version, by=operator)
    with pytest.raises(Conflict, match="已经记过，不能改"):
        note_sample(call_back=row.id, **SAID, seen=None, by=operator)


def test_bad_input_of_a_call_back_has_its_sentence(closed: int, operator: Actor, handler: Actor) -> None:
    with pytest.raises(NotAllowed, match="热线派单员"):
        draw_call_backs(amount=5, by=handler)
    for amount in (0, 101):
        with pytest.raises(BadInput, match="一次抽 1 到 100 件"):
            draw_call_backs(amount=amount, by=operator)
    draw_call_backs(amount=1, by=operator)
    call = CallBack.objects.get().pk
    for wrong, sentence in (
        ({"solved": None}, "请选择本人说解决没有"),
        ({"level": None}, "请选择本人满意不满意"),
        ({"level": 6}, "请选择本人满意不满意"),
        ({"words": " "}, "请填写回访的情况"),
    ):
        with pytest.raises(BadInput, match=sentence):
            note_sample(call_back=call, **{**SAID, **wrong}, seen=None, by=operator)
    with pytest.raises(NotAllowed, match="热线派单员"):
        note_sample(call_back=call, **SAID, seen=None, by=handler)
    with pytest.raises(NotFound, match="没有这次回访"):
        note_sample(call_back=10**9, **SAID, seen=None, by=operator)
    with pytest.raises(NotFound, match="没有这次回访"):
        get_call_back(call, by=handler)


def test_three_unsolved_call_backs_are_a_lead_against_the_agency(
    operator: Actor, works: Callable[[], None], speaking_as: Callable[[str], object]
) -> None:
    from tongban.supervision.api import list_gaming_leads, tell_leads

    orders(3)
    draw_call_backs(amount=3, by=operator)
    for row in call_backs(by=operator):
        note_sample(
            call_back=row.id, reached=True, solved=False, level=4, words="没有修", seen=None, by=operator
        )
    works()
    with speaking_as("sequencer"):  # type: ignore[attr-defined]
        tell_leads()
        drain()
        run_subscribers()
    assert [(lead.detector, lead.agency) for lead, _ in list_gaming_leads()] == [
        ("unsolved", "lanchuan.fire")
    ]


def test_rates_say_what_was_divided_by_what_and_hide_fewer_than_twenty(
    operator: Actor, client: Client
) -> None:
    late = clock.today().replace(year=clock.today().year - 1)
    orders(15, solved=True)
    orders(5, reopened=1)
    orders(4, due_on=late)
    orders(19, agency="lanchuan.urban", solved=True)
    least, (fire, urban) = hotline_rates()
    assert (least, fire.agency, fire.orders) == (20, "lanchuan.fire", 24)
    assert (fire.answered.above, fire.answered.below) == (20, 24)
    assert (fire.solved.above, fire.solved.below, fire.solved.value) == (15, 20, 0.75)
    assert (fire.pleased.hidden, fire.pleased.value) == (True, None)
    assert urban.hidden
    page = client.get("/scoreboard/hotline/").content.decode()
    for words in ("83.3%", "20 ÷ 24", "75.0%", "15 ÷ 20", "不满 20", "另有 1 个部门件数太少"):
        assert words in page
    assert "19" not in page[page.index("<tbody") :].split("</tbody>")[0]
    draw_call_backs(amount=100, by=operator)
    for row in call_backs(by=operator)[:24]:
        level, solved = (4, False) if row.order.reopened else (3, True)
        note_sample(
            call_back=row.id, reached=True, solved=solved, level=level, words="问过", seen=None, by=operator
        )
    fire = hotline_rates()[1][0]
    assert (fire.solved.above, fire.solved.below) == (19, 24)
    assert (fire.pleased.above, fire.pleased.below) == (19, 24)


def test_without_orders_the_page_says_what_will_stand_there(client: Client) -> None:
    assert "还没有部门满 20 件" in client.get("/scoreboard/hotline/").content.decode()


def test_the_desks_pages_draw_and_note(sign_in: SignIn, closed: int) -> None:
    desk = sign_in("hotline1")
    assert "没有等回访的" in desk.get("/counter/hotline/samples/").content.decode()
    wrong = desk.post("/counter/hotline/samples/", {"amount": "many"})
    assert (wrong.status_code, "一次抽 1 到 100 件" in wrong.content.decode()) == (422, True)
    assert desk.post("/counter/hotline/samples/", {"amount": "10"}).status_code == 302
    again = desk.post("/counter/hotline/samples/", {"amount": "10"})
    assert (again.status_code, "都抽过了" in again.content.decode()) == (409, True)
    address = f"/counter/hotline/samples/{CallBack.objects.get().pk}/"
    page = desk.get(address).content.decode()
    for words in ("去了三次", "已经修好", "非常不满意", "没有联系上"):
        assert words in page
    empty = desk.post(address, {"words": "x"})
    assert (empty.status_code, "请选择本人说解决没有" in empty.content.decode()) == (422, True)
    assert desk.post(address, {"solved": "away", "words": "两次没有人接"}).status_code == 302
    assert "没有联系上" in desk.get("/counter/hotline/samples/?noted=1").content.decode()
    assert "两次没有人接" in desk.get(address).content.decode()
    assert sign_in("food-approver").get("/counter/hotline/samples/").status_code == 403
