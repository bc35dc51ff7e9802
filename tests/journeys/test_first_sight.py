"""What a person meets first: figures above the fold, no empty menu, a form sent empty that leads to each of its fields."""

import pytest

from tests.journeys.conftest import Arrive

FOLD = 720


@pytest.mark.parametrize(
    "path", ["/bundles/open-restaurant/", "/items/food-permit/", "/items/house-transfer/"]
)
def test_a_guide_shows_visits_days_materials_fee_and_telephone_above_the_fold(
    come: Arrive, path: str
) -> None:
    visitor = come()
    visitor.page.set_viewport_size({"width": 1280, "height": FOLD})
    visitor.open(path)
    for words in ("要跑几次", "法定时限", "承诺时限", "材料", "收费", "电话"):
        box = visitor.page.locator(".tb-band").get_by_text(words).first.bounding_box()
        assert box, words
        assert box["y"] + box["height"] <= FOLD, words


@pytest.mark.parametrize("name", ["", "林夏"])
def test_no_menu_leads_to_an_empty_list(come: Arrive, name: str) -> None:
    visitor = come()
    if name:
        visitor.open("/sign-in/")
        visitor.page.get_by_role("button", name=f"登录 {name}", exact=True).click()
    visitor.open("/")
    menus = visitor.page.locator("header nav a, footer a, main a[href^='/']")
    ways = list(
        menus.evaluate_all(
            "all => [...new Set(all.filter(a => !a.download).map(a => a.pathname + a.search))]"
        )
    )
    assert len(ways) > 3
    empty = []
    for way in ways:
        answer = visitor.open(way)
        if answer.status != 200 or visitor.page.locator(".tb-nothing").count():
            empty.append(way)
    assert empty == []


def test_a_form_sent_empty_leads_to_each_field_and_keeps_what_was_typed(come: Arrive) -> None:
    visitor = come()
    visitor.open("/sign-in/")
    visitor.page.get_by_role("button", name="登录 叶旻", exact=True).click()
    visitor.open("/my/")
    number = visitor.page.locator("main table .tb-code").first.inner_text()
    visitor.open(f"/my/applications/{number}/form/pages/place/")
    asked = sorted(visitor.asked())
    visitor.answer(dict.fromkeys(asked, ""))
    visitor.answer({"premises-area": "很大"})
    visitor.page.get_by_role("button", name="保存，下一步").click()
    visitor.page.wait_for_load_state("load")
    assert visitor.page.title().startswith("错误：")
    summary = visitor.page.locator(".tb-errors")
    visitor.page.wait_for_function("document.querySelector('.tb-errors').contains(document.activeElement)")
    lines = summary.get_by_role("link")
    assert lines.count() == len(asked)
    for n in range(lines.count()):
        target = str(lines.nth(n).get_attribute("href")).removeprefix("#")
        lines.nth(n).click()
        assert visitor.page.evaluate("document.activeElement.id") == target
    assert visitor.page.locator('[name="premises-area"]').input_value() == "很大"
    visitor.complaints[:] = [one for one in visitor.complaints if "422" not in one]
