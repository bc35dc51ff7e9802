"""Somebody searches: results, pages, a published item, nothing found; looked at in every look, and without scripts."""

import pytest

from tests.city import City
from tests.journeys.conftest import Arrive
from tests.services.conftest import FILE


@pytest.fixture(scope="module")
def imported(city: City, address: str) -> None:
    done = city.run("packs", "import-items", str(FILE))
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("without_scripts", [False, True])
def test_a_search_leads_to_what_a_county_published(arrive: Arrive, *, without_scripts: bool) -> None:
    visitor = arrive(without_scripts=without_scripts)
    visitor.open("/")
    visitor.page.get_by_role("searchbox").fill("公积金")
    visitor.press("搜索")
    assert "示例区公积金管理部" in visitor.words()
    visitor.press("住房公积金提取")
    assert visitor.heading() == "住房公积金提取"
    assert "取自别处公布的清单，未核对" in visitor.words()
    visitor.open("/search/?q=yingyezhizhao")
    visitor.look()
    assert visitor.page.locator(".tb-results a").first.inner_text() == "营业执照"
    visitor.open("/search/?q=金公提住租房记件")
    visitor.look()
    assert "最接近的是" in visitor.words()
