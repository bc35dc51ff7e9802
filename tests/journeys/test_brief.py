"""The chief information officer's brief is two sheets of paper."""

import re

from tests.journeys.conftest import Arrive


def test_the_brief_prints_on_two_sheets_without_menus(come: Arrive) -> None:
    visitor = come()
    visitor.open("/sign-in/")
    visitor.page.get_by_role("button", name="登录 孟泊", exact=True).click()
    visitor.open("/supervision/cockpit/brief/")
    printed = visitor.page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page(?!s)", printed)) <= 2
    visitor.page.emulate_media(media="print")
    assert not visitor.page.locator("header nav").first.is_visible()
