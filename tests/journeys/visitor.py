"""Somebody at a browser: opens pages, reads labels, fills in, presses; every page is looked at on the way."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Response
from playwright.sync_api import TimeoutError as TookTooLong

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
#: Wide and light as on a desk; narrow and dark as on a phone at night; as narrow as WCAG 1.4.10 asks.
LOOKS = ((1280, "light"), (360, "dark"), (320, "light"))
HEIGHT = 900
#: Size of targets (2.5.8) is looked at only where its tag is named.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visitor:
    """One person with one browser window. Everything a page complains about is kept in `complaints`."""

    def __init__(self, page: Page, address: str, *, scripts: bool) -> None:
        self.page = page
        self.address = address
        self.scripts = scripts
        self.complaints: list[str] = []
        self.looked_at: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._stays_here(asked.url))

    def _stays_here(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.complaints.append(f"a page asked {url}")

    # -- going -----------------------------------------------------------------------------

    def open(self, path: str) -> Response:
        """Open an address of the site."""
        response = self.page.goto(f"{self.address}{path}")
        assert response
        return response

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button or follow the link of that name, and look at the page it leads to."""
        place = within or self.page.locator("main")
        button = place.get_by_role("button", name=name, exact=True)
        target = button if button.count() else place.get_by_role("link", name=name, exact=True)
        clicked = False
        try:  # a click is done before the page it leads to has come; some lead nowhere
            with self.page.expect_navigation(wait_until="load"):
                target.first.click()
                clicked = True
        except TookTooLong:
            if not clicked:
                raise
        self.look()

    def sign_in_as(self, name: str) -> None:
        """Choose somebody of the demonstration city; the page asked for before follows."""
        if "/sign-in/" not in self.page.url:
            self.open("/sign-in/")
            self.look()
        self.press(f"登录 {name}")

    # -- filling in ------------------------------------------------------------------------

    def answer(self, answers: Mapping[str, str]) -> None:
        """Fill in the questions of this page, by name; a choice by its value."""
        for name, value in answers.items():
            field = self.page.locator(f':is(input,textarea,select)[name="{name}"]')
            if field.first.get_attribute("type") in {"radio", "checkbox"}:
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def asked(self) -> set[str]:
        """The names of the questions of this page."""
        inputs = self.page.locator("main :is(input,textarea,select)[name]:not([type=hidden])").all()
        return {str(one.get_attribute("name")) for one in inputs}

    # -- reading ---------------------------------------------------------------------------

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def words(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def text_size(self) -> float:
        """How large reading text is, in CSS pixels."""
        return float(
            self.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
        )

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def look(self) -> None:
        """Check this page in every look: axe finds nothing, nothing scrolls sideways, one main heading."""
        assert self.page.locator("h1").count() == 1, self.path
        if self.scripts:
            for width, scheme in LOOKS:
                self.page.set_viewport_size({"width": width, "height": HEIGHT})
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                where = f"{self.path} at {width} px, {scheme}"
                assert not self.page.evaluate(SIDEWAYS), f"{where} scrolls sideways"
                assert not self.axe(), f"{where}: {self.axe()}"
            self.page.set_viewport_size({"width": LOOKS[0][0], "height": HEIGHT})
            self.page.emulate_media(color_scheme="light")
        self.looked_at.append(self.path)

    def axe(self) -> list[str]:
        """What axe finds on this page."""
        self.page.evaluate(_axe_source())
        found = self.page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
        )
        return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@cache
def _axe_source() -> str:
    return AXE.read_text("utf-8")


@contextlib.contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """A way to arrive; whoever arrived leaves at the end, and no page may have complained."""
    arrived: list[Visitor] = []

    def arrive(*, without_scripts: bool = False) -> Visitor:
        context = browser.new_context(locale="zh-CN", java_script_enabled=not without_scripts)
        context.set_default_timeout(5000)
        arrived.append(Visitor(context.new_page(), address, scripts=not without_scripts))
        return arrived[-1]

    yield arrive
    for visitor in arrived:
        visitor.page.context.close()
        assert not visitor.complaints
