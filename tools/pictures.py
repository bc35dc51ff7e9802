"""Writes the README's two pictures from a city whose story has just been played.

Usage: python -m tools.pictures
"""

from playwright.sync_api import Page, sync_playwright
from tests.city import City, free_port, own_city
from tests.journeys.conftest import CLOSED_NETWORK, chromium

from tongban.site.home import checkout

FOLDER = checkout() / "docs" / "pictures"
WIDTH = 1100


def main() -> None:
    """Play, serve, look."""
    with own_city("pictures") as city:
        assert city.run("story").returncode == 0
        port = free_port()
        city.serve(port)
        _take(city, f"http://localhost:{port}")


def _take(city: City, address: str) -> None:
    (number,) = city.rows("select number from cases_application")[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CLOSED_NETWORK)
        page = browser.new_page(locale="zh-CN", color_scheme="light")
        page.goto(f"{address}/sign-in/")
        page.get_by_role("button", name="登录 林夏", exact=True).click()
        page.goto(f"{address}/my/applications/{number}/")
        _shot(page, "case", 860)
        page.goto(f"{address}/my/certificates/")
        page.locator("main").get_by_role("link", name="营业执照").first.click()
        _shot(page, "certificate", 1120)
        browser.close()


def _shot(page: Page, name: str, height: int) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
