"""Somebody who reads English opens a restaurant as far as the first step, on a telephone 360 px wide."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Arrive
from tests.journeys.test_open_a_restaurant import STORY, applicant, hand_over
from tests.journeys.visitor import HEIGHT, SIDEWAYS, Visitor

NARROW = 360
#: What stands out of the page, for the message of a failing test.
WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map(one => one.outerHTML.slice(0, 90))"""
#: Letters that English has not and Norwegian has, and words of the vendored sheet.
NORWEGIAN = ("æ", "ø", "å", "tegn", "Side ", "Fjern")
#: Makes every word of the page's own text 60 % longer; runs in the page.
LENGTHEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!['SCRIPT', 'STYLE', 'PRE', 'CODE'].includes(node.parentElement.tagName))
      node.data = node.data.replace(/[A-Za-z]{3,}/g, word => word + word.slice(0, Math.ceil(word.length * .6)));
  }
}"""


@pytest.fixture(scope="module")
def reader(arrive: Arrive) -> Visitor:
    visitor = arrive()
    visitor.open("/")
    visitor.page.get_by_role("button", name="English", exact=True).click()
    visitor.page.wait_for_load_state("load")
    return visitor


def stays_narrow(page: Page) -> None:
    """Nothing scrolls sideways at 360 px, and the words of buttons stay inside them; even when texts are longer."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    for long in (False, True):
        if long:
            page.evaluate(LENGTHEN)
        wide = page.evaluate(WIDE) if page.evaluate(SIDEWAYS) else []
        assert not wide, f"{page.url} scrolls sideways{' with longer words' * long}: {wide}"
        cut = page.eval_on_selector_all(
            "button, a.ds-button, .tb-status",
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)"
            ".map(one => one.innerText)",
        )
        assert not cut, f"{page.url}: {cut}"
    page.reload()


def go_on(visitor: Visitor, name: str) -> None:
    visitor.press(name)
    said = visitor.page.locator("body").inner_text()
    assert not [letters for letters in NORWEGIAN if letters in said], visitor.path
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_she_finds_the_guide_and_begins_in_english(reader: Visitor) -> None:
    reader.answer({"q": "开饭店"})
    go_on(reader, "Search")
    stays_narrow(reader.page)
    go_on(reader, "Open a restaurant")
    assert reader.heading() == "Open a restaurant"
    stays_narrow(reader.page)
    go_on(reader, "Am I eligible?")
    stays_narrow(reader.page)
    reader.page.go_back()
    go_on(reader, "Start application")
    stays_narrow(reader.page)
    go_on(reader, "Sign in 周言")
    if reader.path.startswith("/bundles/"):
        go_on(reader, "Start application")
    answers = applicant("zhouyan", "周言", reader).answers
    while not reader.page.get_by_role("button", name="Understood, fetch them").count():
        stays_narrow(reader.page)
        reader.answer({name: answers[name] for name in reader.asked()})
        go_on(reader, "Save and continue")
    stays_narrow(reader.page)
    go_on(reader, "Understood, fetch them")
    stays_narrow(reader.page)
    go_on(reader, "Next step")
    while (asked := reader.asked()) and not asked & {"agree", "file-floor-plan"}:
        stays_narrow(reader.page)
        reader.answer({name: answers[name] for name in asked})
        go_on(reader, "Save and continue")
    stays_narrow(reader.page)
    for choice in reader.page.locator('[name="agree"]').all():
        choice.check()
    hand_over(reader, STORY["uploads"])
    go_on(reader, "Save and continue")
    assert reader.heading() == "Check your answers, then submit"
    stays_narrow(reader.page)
