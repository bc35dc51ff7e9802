"""Registers are asked first on her word; what is wrong goes to its owner and comes back put right; with and without scripts."""

import pytest

from tests.journeys.conftest import Arrive

PEOPLE = [
    (False, "陈禾", "云(2018)澜川市不动产权第0001311号"),
    (True, "沈岚", "云(2016)澜川市不动产权第0001570号"),
]


@pytest.mark.parametrize(("without_scripts", "name", "premises"), PEOPLE)
def test_she_lets_registers_answer_and_has_a_wrong_one_put_right(
    arrive: Arrive, name: str, premises: str, *, without_scripts: bool
) -> None:
    visitor = arrive(without_scripts=without_scripts)
    visitor.open("/bundles/open-restaurant/check/")
    visitor.press("先查部门已有的登记，少答几题")
    visitor.sign_in_as(name)
    assert visitor.heading() == "先查部门已有的登记"
    assert "澜川市生态环境局" in visitor.words()
    visitor.answer({"premises-certificate-number": premises})
    visitor.press("知道了，替我查")
    assert "来自 餐饮场所油烟条件" in visitor.words()
    assert "来自您登录的身份信息" in visitor.words()
    place = visitor.page.locator(".tb-summary > div", has_text="建筑类型")
    place.get_by_role("link").click()
    visitor.look()
    assert visitor.heading() == "这条数据不对？"
    visitor.answer({"items": "building", "reason": "整栋都是商场"})
    visitor.press("请部门核对")
    assert "校核中" in visitor.words()
    asked = visitor.path.partition("#")[0]

    owner = arrive(without_scripts=without_scripts)
    owner.open("/counter/corrections/")
    owner.sign_in_as("凌霁")
    owner.press("餐饮场所油烟条件")
    owner.answer({"outcome": "corrected", "right-building": "住宅楼", "words": "查勘记录有误，已更正"})
    owner.press("答复")
    assert "已更正" in owner.words()

    visitor.open(asked)
    visitor.look()
    assert "查勘记录有误，已更正" in visitor.words()
    visitor.open("/bundles/open-restaurant/check/")
    visitor.press("不办了，删除查到的数据")
    assert "来自 餐饮场所油烟条件" not in visitor.words()
