"""The first page in a real browser."""

from playwright.sync_api import Browser


def test_the_front_page_opens_in_the_browser(browser: Browser, city: str) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    response = page.goto(city)
    assert response
    assert response.status == 200
    assert page.locator("h1").count() == 1
    assert not complaints
