"""Draws the pictures of the walks in docs/checks.md from a city in which much has happened.

Usage: python -m tools.walks
"""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright
from tests.city import free_port, own_city, read_until
from tests.journeys.conftest import CLOSED_NETWORK, chromium

from tongban.site.home import checkout

FOLDER = checkout() / "docs" / "pictures"
QUALITY = 50


def main() -> None:
    """Play everything, serve, look."""
    with own_city("walks") as city:
        port = free_port()
        read_until(city.start("demo", "--port", str(port)), re.compile(r"^READY "))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CLOSED_NETWORK)
            for walk in (_focus, _print, _larger, _altered, _keys, _greyscale):
                _draw(browser, f"http://localhost:{port}", walk)
            browser.close()


def _draw(browser: Browser, address: str, walk: Callable[[Page], str]) -> None:
    page = browser.new_page(locale="zh-CN", base_url=address, viewport={"width": 1000, "height": 720})
    name = walk(page)
    page.screenshot(path=FOLDER / f"walk-{name}.jpg", type="jpeg", quality=QUALITY)
    page.close()


def _enter(page: Page, name: str, path: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("button", name=f"登录 {name}", exact=True).click()
    page.goto(path)


def _focus(page: Page) -> str:
    page.emulate_media(color_scheme="dark")
    page.goto("/bundles/open-restaurant/")
    page.get_by_role("link", name="全部事项").focus()
    page.keyboard.press("Tab")
    return "a-focus"


def _greyscale(page: Page) -> str:
    """Days pass, one case is overdue; a new one is accepted and has its time before it."""
    _enter(page, "苏棠", "/clock/")
    page.locator("[name=working_days]").fill("4")
    page.locator("main form button").click()
    page.goto("/counter/intake/")
    page.locator("[data-row]").first.click()
    page.locator("[data-key=a]").click()
    page.context.clear_cookies()
    link = page.context.new_cdp_session(page)
    link.send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    _enter(page, "韩笛", "/counter/queue/?all=1")
    return "b-greyscale"


def _print(page: Page) -> str:
    page.set_viewport_size({"width": 700, "height": 560})
    page.goto("/bundles/open-restaurant/")
    page.emulate_media(media="print")
    return "c-print"


def _larger(page: Page) -> str:
    page.set_viewport_size({"width": 360, "height": 1000})
    page.goto("/bundles/open-restaurant/")
    page.get_by_role("button", name="长辈版").click()
    return "d-larger"


def _altered(page: Page) -> str:
    _enter(page, "林夏", "/my/certificates/")
    page.locator("main").get_by_role("link", name="营业执照").first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载证照 (PDF)").click()
    paper = bytearray(coming.value.path().read_bytes())
    paper[len(paper) // 3] ^= 1
    page.goto("/verify/")
    file = {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": bytes(paper)}
    page.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("main").get_by_role("button", name="核验").click()
    page.get_by_text("不一致").wait_for()
    return "e-altered"


def _keys(page: Page) -> str:
    _enter(page, "苏棠", "/counter/")
    page.locator("[data-row]").first.click()
    page.wait_for_load_state("load")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    return "f-keys"


if __name__ == "__main__":
    main()
