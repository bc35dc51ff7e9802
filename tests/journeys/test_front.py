"""Somebody finds a way without searching, in every look; an elder; and a family member who does it for her."""

import pytest

from tests.journeys.conftest import Arrive

ELDER_TEXT = 24
ELDER_BUTTON = 60


@pytest.mark.parametrize("without_scripts", [False, True])
def test_a_way_without_searching(arrive: Arrive, *, without_scripts: bool) -> None:
    visitor = arrive(without_scripts=without_scripts)
    visitor.open("/")
    visitor.look()
    visitor.press("住房")
    visitor.press("租房提取住房公积金")
    visitor.open("/")
    visitor.press("按部门找")
    visitor.press("澜川市住房公积金管理中心")
    assert "租房提取住房公积金" in visitor.words()
    visitor.open("/topics/")
    visitor.look()
    visitor.open("/bundles/")
    visitor.look()
    assert (response := visitor.open("/items/signboard-approval/")).status == 410, response.status
    visitor.complaints.clear()  # the browser notes that the page answers 410
    visitor.look()
    visitor.press("户外招牌设置指导")


def test_an_elder_finds_large_words_large_buttons_and_everything_else(arrive: Arrive) -> None:
    elder = arrive()
    elder.open("/")
    switch = elder.page.get_by_role("button", name="长辈版")
    box = switch.bounding_box()
    assert box
    assert box["y"] < 200
    switch.click()
    elder.page.wait_for_load_state("load")
    elder.look()
    assert elder.text_size() >= ELDER_TEXT
    heights = elder.page.eval_on_selector_all(
        ".tb-big a, main .ds-button", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) >= 8
    assert min(heights) >= ELDER_BUTTON
    elder.press("我的事办到哪了 看进度，看要补什么")
    elder.sign_in_as("陈禾")
    assert elder.path == "/my/"
    assert elder.text_size() >= ELDER_TEXT


def test_a_friend_does_it_for_her(arrive: Arrive) -> None:
    her, him = arrive(), arrive()
    her.open("/bundles/open-restaurant/")
    her.press("请家人代办")
    her.sign_in_as("陈禾")
    her.answer(
        {
            "name": "唐沐",
            "id_number": "990102199707053551",
            "relation": "朋友",
            "matter": "one",
            "agreed": "1",
        }
    )
    her.press("确认委托")
    him.sign_in_as("唐沐")
    him.open("/")
    him.look()
    him.press("陈禾请您代办，等您确认")
    him.press("接受委托")
    him.press("代陈禾办")
    band = him.page.locator(".tb-acting")
    assert "代 陈禾 办" in band.inner_text()
    him.press("开始办理")
    assert "代 陈禾 办" in band.inner_text()
    him.open("/my/")
    him.look()
    assert him.heading() == "您代 陈禾 办的"
    her.open("/my/mandates/")
    her.look()
    her.press("唐沐 开餐馆一件事")
    her.press("收回委托，马上生效")
    assert him.open("/my/").status == 403
    him.complaints.clear()  # the browser notes that the page answers 403
    assert "陈禾的委托已终止或者到期" in him.words()
    him.open("/my/")
    assert him.page.locator(".tb-acting").count() == 0
    her.open("/my/footprint/")
    her.page.reload()
    assert "唐沐" in her.words()
