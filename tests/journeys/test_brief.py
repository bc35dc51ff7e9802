"""The chief information officer's brief is two sheets of paper."""

import re

from tests.journeys.conftest import Arrive
from tongban.portals.supervisor.views.cockpit import BRIEF_AGENCIES

#: As much as the brief may hold: a cause with long names for each indicator, and as many agencies as it names.
_FULL = """agencies => {
    const cause = '<ul class="tb-list"><li>澜川市住房公积金管理中心 公众聚集场所投入使用、营业前消防安全检查'
        + ' <span class="tb-source">1,234 ÷ 5,678</span></li></ul>'
    document.querySelectorAll('main td[data-label="原因"]').forEach(one => { one.innerHTML = cause })
    const body = [...document.querySelectorAll('main tbody')].pop()
    while (body.children.length < agencies) body.append(body.firstElementChild.cloneNode(true))
}"""


def sheets(printed: bytes) -> int:
    """The pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page(?!s)", printed))


def test_the_brief_prints_on_two_sheets_without_menus(come: Arrive) -> None:
    visitor = come()
    visitor.open("/sign-in/")
    visitor.page.get_by_role("button", name="登录 孟泊", exact=True).click()
    visitor.open("/supervision/cockpit/brief/")
    assert sheets(visitor.page.pdf(prefer_css_page_size=True)) <= 2
    visitor.page.evaluate(_FULL, BRIEF_AGENCIES)
    assert sheets(visitor.page.pdf(prefer_css_page_size=True)) == 2
    visitor.page.emulate_media(media="print")
    assert not visitor.page.locator("header nav").first.is_visible()
