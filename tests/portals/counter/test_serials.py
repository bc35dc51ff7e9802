"""Numbers for an outage: issued ahead, printed, each used once, the unused cancelled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.documents.examples import text_of
from tests.portals.counter.test_filling import card
from tests.portals.public.test_public_pages import text
from tongban.cases.api import blocks_of, get_block, issue_serials
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_a_block_is_issued_printed_used_once_and_settled(
    sign_in: SignIn, linxia: Actor, clerk: Actor
) -> None:
    desk = sign_in("clerk1")
    for wrong, sentence in (
        ({"words": " "}, "请写明为哪一次停机预发，例如「11 月 30 日夜间升级」。"),
        ({"count": "0"}, "请填写预发几个编号，1 到 200。"),
        ({"count": "201"}, "请填写预发几个编号，1 到 200。"),
    ):
        refused = desk.post("/counter/serials/", {"words": "夜间升级", "count": "3", **wrong})
        assert refused.status_code == 422
        assert sentence in text(refused)
    with clock.fixed(clock.now() - timedelta(hours=5)):
        block = issue_serials(count=3, words="夜间升级", by=clerk)
    place = f"/counter/serials/{block}/"
    first, second, _third = (one.number for one in get_block(block, by=clerk).serials)
    sheet = text_of(desk.get(f"{place}sheet.pdf").content)
    assert "停机期间收件编号单" in sheet
    assert second in sheet
    assert f"/counter/start/?serial={first}" in text(desk.get(place))

    received = clock.local(clock.now() - timedelta(hours=2))
    paper = {
        **card(linxia),
        "serial": first,
        "received_on": f"{received:%Y-%m-%d}",
        "received_time": f"{received:%H:%M}",
    }
    for wrong, sentence in (
        ({"serial": "9901T1"}, "本窗口没有预发过这个编号，请对照纸质收件单核对。"),
        ({"received_time": "下午"}, "请填日期和时间，例如 2026-12-03 和 09:30。"),
        ({"received_on": "2020-01-01"}, "收件时间应在编号预发以后、现在以前，请照纸质收件单填写。"),
    ):
        refused = desk.post("/counter/start/", {**paper, **wrong})
        assert refused.status_code == 422
        assert sentence in text(refused)
    assert desk.post("/counter/start/", paper).status_code == 302
    again = desk.post("/counter/start/", paper)
    assert "一个编号只能用一次。" in text(again)
    other = desk.post("/counter/start/", {**paper, "serial": second})
    assert f"这份收件已经用了编号 {first}，请先把它提交或者放弃，再录下一张。" in text(other)
    assert "系统里是 2" in text(desk.get("/counter/days/"))

    assert "请写明没用的编号怎么处理了" in text(desk.post(place, {"words": ""}))
    assert desk.post(place, {"words": "剩 2 张已销毁"}).status_code == 302
    page = text(desk.get(place))
    assert "共 3 个：已补录 1，作废 2，没用 0" in page
    assert "这一段编号已经结清。" in text(desk.post(place, {"words": "再结"}))
    late = desk.post("/counter/start/", {**paper, "serial": second})
    assert f"编号 {second} 已经作废，不能再用。" in text(late)
    assert blocks_of(clerk)[0].unused == 0
