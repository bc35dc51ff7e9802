"""The hotline: limits by class and urgency, wrong desks, replies that close nothing, bad ratings as orders."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cases.conftest import view_of
from tests.supervision.conftest import at
from tongban.cases.api import answer_rating, contact_rater, rate_again, rate_case
from tongban.clocks.api import add_working_days
from tongban.identity.api import find_actor
from tongban.journal.api import Actor, StaleObject, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from tongban.participation.api import (
    answer_extension,
    answer_order,
    ask_extension,
    confirm_order,
    desk_orders,
    dispatch_order,
    extensions_asked,
    get_order,
    inbox,
    link_order,
    my_orders,
    note_call_back,
    order_acts,
    order_classes,
    orders_of_case,
    place_order,
    return_order,
    settle_orders,
    take_order,
    urgencies,
)
from tongban.participation.models import Order

pytestmark = pytest.mark.django_db


def kinds_of(order: int, by: Actor) -> list[str]:
    return [one.kind for one in order_acts(get_order(order, by=by)) if one.kind != "order.viewed.v1"]


def test_class_and_urgency_give_cited_limits() -> None:
    by_code = {one.code: one for one in order_classes()}
    assert by_code["consult"].limit.amount == 1
    assert not by_code["consult"].limit.verified
    assert by_code["stuck"].limit.cite.startswith("《安阳市政务服务条例》")
    assert "rating" not in by_code
    assert [(one.code, one.hours) for one in urgencies()] == [("life", 1), ("pressing", 2), ("ordinary", 24)]


def test_a_residents_order_waits_at_the_desk_under_its_hours(
    order: int, resident: Actor, operator: Actor
) -> None:
    (row,) = desk_orders(by=operator)
    assert (row.id, row.state, row.suggested, row.dispatches) == (
        order,
        "received",
        "lanchuan.approval",
        True,
    )
    assert timedelta(hours=23) < row.dispatch_by - clock.now() <= timedelta(hours=24)
    assert not row.overdue
    with clock.fixed(clock.now() + timedelta(hours=25)):
        assert desk_orders(by=operator)[0].overdue
    assert my_orders(resident)[0].own
    assert my_orders(operator) == []


def test_urgency_shortens_desk_and_answer(operator: Actor, resident: Actor) -> None:
    made = take_order(
        origin="phone",
        order_class="help",
        urgency="life",
        words="楼道里有煤气味",
        contact="0990-0055555",
        by=operator,
    )
    row = get_order(made, by=operator)
    assert row.dispatch_by - row.received_at == timedelta(hours=1)
    dispatch_order(
        order=made, agency="lanchuan.housing", order_class="help", urgency="life", seen=None, by=operator
    )
    assert get_order(made, by=operator).due_on == clock.today() + timedelta(days=1)


def test_a_reply_closes_nothing_the_asker_does(
    sent: int, resident: Actor, operator: Actor, handler: Actor
) -> None:
    (row,) = inbox(by=handler)
    assert row.due_on == add_working_days(clock.today(), 5)
    assert row.clock
    assert row.clock.limit.amount == 5
    answer_order(order=sent, words="系统已经修好，请您再来一次", seen=row.version, by=handler)
    said = get_order(sent, by=resident)
    assert (said.state, said.closed_at, said.confirm_by) == (
        "answered",
        None,
        clock.today() + timedelta(days=7),
    )
    with pytest.raises(Conflict, match="现在不能答复"):
        answer_order(order=sent, words="再说一遍", seen=None, by=handler)
    with pytest.raises(BadInput, match="请填写哪里没有解决"):
        confirm_order(order=sent, solved=False, words=" ", seen=None, by=resident)
    confirm_order(order=sent, solved=False, words="去了还是坏的", seen=None, by=resident)
    again = get_order(sent, by=handler)
    assert (again.state, again.reopened, again.round) == ("dispatched", 1, 2)
    with pytest.raises(Conflict, match="本部门办过的，不能退单"):
        return_order(order=sent, words="不归我管", seen=None, by=handler)
    answer_order(order=sent, words="工程师到场修好，已用您的件试过", seen=None, by=handler)
    confirm_order(order=sent, solved=True, words="", seen=None, by=resident)
    done = get_order(sent, by=resident)
    assert (done.state, done.closed_by, done.solved) == ("closed", "asker", True)
    assert kinds_of(sent, resident) == [
        "order.received.v1",
        "order.dispatched.v1",
        "order.answered.v1",
        "order.reopened.v1",
        "order.answered.v1",
        "order.closed.v1",
    ]
    with pytest.raises(Conflict, match="现在不能办结"):
        confirm_order(order=sent, solved=True, words="", seen=None, by=resident)


def test_nobody_says_anything_and_the_day_closes_it_at_its_midnight(
    sent: int, resident: Actor, handler: Actor
) -> None:
    with clock.fixed(at("2026-03-02 10:00")):
        answer_order(order=sent, words="已经解决了", seen=None, by=handler)
        assert settle_orders() == 0
    with clock.fixed(at("2026-03-09 23:59")):
        assert settle_orders() == 0
    with clock.fixed(at("2026-03-12 08:00")):
        with pytest.raises(Conflict, match="现在不能要求重办|期限已经过了"):
            confirm_order(order=sent, solved=False, words="晚了", seen=None, by=resident)
        assert settle_orders() == 1
        assert settle_orders() == 0
        done = get_order(sent, by=resident)
    assert (done.closed_by, done.solved) == ("deadline", None)
    assert done.closed_at == at("2026-03-10 00:00")
    (closed,) = [one for one in order_acts(done) if one.kind == "order.closed.v1"]
    assert closed.occurred_at == at("2026-03-10 00:00")


def test_a_wrong_desk_goes_back_within_its_hours_with_a_reason(
    sent: int, operator: Actor, handler: Actor, resident: Actor
) -> None:
    with pytest.raises(BadInput, match="请填写退单的理由"):
        return_order(order=sent, words="", seen=None, by=handler)
    with (
        clock.fixed(clock.now() + timedelta(hours=24, minutes=1)),
        pytest.raises(Conflict, match="24 小时内"),
    ):
        return_order(order=sent, words="归城管局", seen=None, by=handler)
    return_order(order=sent, words="招牌归城管局", seen=None, by=handler)
    (row,) = desk_orders(by=operator)
    assert (row.state, row.agency, row.return_words, row.returns) == ("received", "", "招牌归城管局", 1)
    assert inbox(by=handler) == []
    with pytest.raises(NotFound):
        get_order(sent, by=handler)
    assert kinds_of(sent, operator)[-2:] == ["order.returned.v1", "order.queued.v1"]
    for _round in range(2):
        dispatch_order(
            order=sent,
            agency=handler.agency,
            order_class="stuck",
            urgency="ordinary",
            seen=None,
            by=operator,
        )
        return_order(order=sent, words="还是不归我管", seen=None, by=handler)
    dispatch_order(
        order=sent, agency=handler.agency, order_class="stuck", urgency="ordinary", seen=None, by=operator
    )
    with pytest.raises(Conflict, match="已经退过 3 次，按首接负责不再退单"):
        return_order(order=sent, words="第四次", seen=None, by=handler)


def test_more_days_are_asked_once_and_the_desk_decides(sent: int, operator: Actor, handler: Actor) -> None:
    first = get_order(sent, by=handler).due_on
    assert first
    ask_extension(order=sent, words="要等设备厂家", seen=None, by=handler)
    assert [one.id for one in extensions_asked(by=operator)] == [sent]
    with pytest.raises(NotAllowed, match="热线派单员"):
        answer_extension(order=sent, agreed=True, seen=None, by=handler)
    answer_extension(order=sent, agreed=True, seen=None, by=operator)
    assert get_order(sent, by=handler).due_on == add_working_days(first, 5)
    with pytest.raises(Conflict, match="只能申请一次"):
        ask_extension(order=sent, words="再等等", seen=None, by=handler)
    with pytest.raises(Conflict, match="没有等答复的延期申请"):
        answer_extension(order=sent, agreed=True, seen=None, by=operator)


def test_an_extension_is_not_asked_after_the_day(sent: int, handler: Actor) -> None:
    with (
        clock.fixed(clock.now() + timedelta(days=30)),
        pytest.raises(Conflict, match="不能再申请延期"),
    ):
        ask_extension(order=sent, words="晚了", seen=None, by=handler)


def test_an_order_is_linked_to_the_askers_case_and_its_agency(
    licensed: str, linxia: Actor, operator: Actor, who: Callable[[str], Actor]
) -> None:
    case = view_of(licensed, linxia).case("food-permit")
    made = place_order(order_class="stuck", words="一直没有动静", case=case.number, by=linxia)
    row = get_order(made, by=operator)
    assert (row.case_number, row.item, row.suggested) == (case.number, "food-permit", "lanchuan.approval")
    assert [one.id for one in orders_of_case(case.number, by=linxia)] == [made]
    assert orders_of_case(case.number, by=who("yemin")) == []
    with pytest.raises(BadInput, match="没有这个编号的办件"):
        place_order(order_class="stuck", words="别人的件", case=case.number, by=who("yemin"))
    link_order(order=made, item="fire-check", case="", seen=None, by=operator)
    assert get_order(made, by=operator).item == "fire-check"
    with pytest.raises(BadInput, match="没有这个事项"):
        link_order(order=made, item="no-such", case="", seen=None, by=operator)


def test_what_was_said_again_soon_after_it_was_closed_says_so(
    sent: int, resident: Actor, handler: Actor
) -> None:
    answer_order(order=sent, words="请再等等看", seen=None, by=handler)
    confirm_order(order=sent, solved=True, words="", seen=None, by=resident)
    again = place_order(order_class="stuck", words="又坏了", item="food-permit", by=resident)
    first = order_acts(get_order(again, by=resident))[0]
    assert first.content["again_of"] == get_order(sent, by=resident).number
    assert first.content["agency"] == handler.agency


def test_a_caller_without_a_number_is_called_back(operator: Actor, handler: Actor) -> None:
    with pytest.raises(BadInput, match="请留下回访电话"):
        take_order(origin="phone", order_class="consult", urgency="ordinary", words="问一下", by=operator)
    with pytest.raises(BadInput, match="没有查到这个公民身份号码"):
        take_order(
            origin="phone",
            order_class="consult",
            urgency="ordinary",
            words="问一下",
            id_number="123",
            by=operator,
        )
    made = take_order(
        origin="phone",
        order_class="consult",
        urgency="ordinary",
        words="问一下",
        caller="一位先生",
        contact="0990-0066666",
        by=operator,
    )
    dispatch_order(
        order=made,
        agency=handler.agency,
        order_class="consult",
        urgency="ordinary",
        seen=None,
        by=operator,
    )
    with pytest.raises(Conflict, match="现在不能要求重办"):
        note_call_back(order=made, solved=False, words="没人管", seen=None, by=operator)
    answer_order(order=made, words="带身份证来就行", seen=None, by=handler)
    note_call_back(order=made, solved=True, words="电话问过，清楚了", seen=None, by=operator)
    assert get_order(made, by=operator).closed_by == "call-back"
    acts = order_acts(get_order(made, by=operator))
    assert "0990" not in str([one.content for one in acts])


def test_who_may_do_what(order: int, resident: Actor, operator: Actor, handler: Actor) -> None:
    other = find_actor("fire-approver")
    with pytest.raises(NotAllowed, match="诉求由本人提出"):
        place_order(order_class="help", words="x", by=operator)
    with pytest.raises(NotAllowed, match="热线派单员"):
        take_order(origin="phone", order_class="help", urgency="life", words="x", contact="1", by=handler)
    with pytest.raises(NotAllowed, match="热线派单员"):
        dispatch_order(
            order=order,
            agency=handler.agency,
            order_class="help",
            urgency="ordinary",
            seen=None,
            by=handler,
        )
    for nobody in (other, find_actor("auditor"), find_actor("yemin")):
        with pytest.raises(NotFound, match="没有这件诉求"):
            get_order(order, by=nobody)
    assert get_order(order, by=find_actor("supervisor")).id == order
    with pytest.raises(NotFound):
        confirm_order(order=order, solved=True, words="", seen=None, by=find_actor("yemin"))
    with pytest.raises(NotFound):
        dispatch_order(
            order=10**9,
            agency=handler.agency,
            order_class="help",
            urgency="ordinary",
            seen=None,
            by=operator,
        )


def test_bad_input_has_its_sentence(order: int, operator: Actor, resident: Actor) -> None:
    for given, sentence in (
        ({"order_class": "", "words": "x"}, "请选择诉求的类型"),
        ({"order_class": "help", "words": "\0 "}, "请填写您的诉求"),
        ({"order_class": "help", "words": "长" * 2001}, "控制在 2000 字以内"),
        ({"order_class": "help", "words": "x", "item": "nothing"}, "没有这个事项"),
        ({"order_class": "help", "words": "x", "case": "nothing"}, "没有这个编号的办件"),
    ):
        with pytest.raises(BadInput, match=sentence):
            place_order(by=resident, **given)
    with pytest.raises(BadInput, match="请选择承办部门"):
        dispatch_order(
            order=order, agency="nowhere", order_class="help", urgency="ordinary", seen=None, by=operator
        )
    with pytest.raises(BadInput, match="请选择紧急程度"):
        dispatch_order(
            order=order, agency="lanchuan.fire", order_class="help", urgency="", seen=None, by=operator
        )
    with pytest.raises(BadInput, match="来电还是来窗口"):
        take_order(origin="fax", order_class="help", urgency="life", words="x", contact="1", by=operator)
    dispatch_order(
        order=order, agency="lanchuan.fire", order_class="help", urgency="ordinary", seen=1, by=operator
    )
    with pytest.raises(StaleObject):
        answer_order(order=order, words="旧表单", seen=1, by=find_actor("fire-approver"))


def test_an_officers_look_is_in_the_askers_footprint_once_an_hour(
    order: int, operator: Actor, resident: Actor, works: Callable[[], None]
) -> None:
    get_order(order, by=operator)
    get_order(order, by=operator)
    works()
    assert resident.person
    assert len(footprint(resident.person, kinds=["order.viewed.v1"])) == 1


def test_a_bad_rating_is_an_order_that_its_answer_and_the_rater_move(
    licensed: str, linxia: Actor, who: Callable[[str], Actor], works: Callable[[], None]
) -> None:
    case = view_of(licensed, linxia).case("business-licence").number
    rating = rate_case(number=case, level=5, tags=[], words="跑了三趟", by=linxia)
    works()
    (row,) = my_orders(linxia)
    assert (row.origin, row.state, row.agency, row.case_number) == (
        "rating",
        "dispatched",
        "lanchuan.approval",
        case,
    )
    assert "三趟" not in row.words
    officer = who("food-approver")
    with pytest.raises(Conflict, match="请在差评页面联系评价人"):
        answer_order(order=row.id, words="这里答复不行的", seen=None, by=officer)
    contact_rater(rating=rating, words="电话", seen=None, by=officer)
    answer_rating(rating=rating, outcome="mended", words="改好了", seen=None, by=officer)
    works()
    assert my_orders(linxia)[0].state == "answered"
    rate_again(number=case, level=2, words="", by=linxia)
    works()
    done = my_orders(linxia)[0]
    assert (done.state, done.closed_by, done.solved) == ("closed", "asker", True)
    assert Order.objects.count() == 1


def test_a_good_rating_opens_nothing_and_a_replay_doubles_nothing(
    licensed: str, linxia: Actor, works: Callable[[], None], speaking_as: Callable[[str], object]
) -> None:
    from django.db import connection

    case = view_of(licensed, linxia).case("business-licence").number
    rate_case(number=case, level=4, tags=[], words="", by=linxia)
    works()
    before = len(timeline(objects=my_orders(linxia)[0].objects))
    with speaking_as("sequencer"), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("update journal_cursor set position = 0 where subscriber = 'hotline-ratings'")
    works()
    assert Order.objects.count() == 1
    assert len(timeline(objects=my_orders(linxia)[0].objects)) == before
