"""By keyboard alone: through a guide, a form and a queue, and a whole intake at the window."""

from dataclasses import dataclass

import pytest

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

#: Where the focus is now: its words, whether it shows, whether it is on the screen and nothing lies over it.
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) { return null; }
  const box = at.getClientRects()[0], style = getComputedStyle(at);
  const x = box.left + Math.min(box.width, 40) / 2, y = box.top + box.height / 2;
  const over = document.elementFromPoint(x, y);
  const rings = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  return {
    words: (at.innerText || at.name || at.id || at.tagName).trim().slice(0, 40),
    shows: rings,
    seen: box.top >= -1 && box.bottom <= innerHeight + 1 && !!over && (over === at || at.contains(over) || over.contains(at)),
    after: !window.focusedBefore || !!(window.focusedBefore.compareDocumentPosition(at) & 4),
    mark: (window.focusedBefore = at) && true,
  };
}"""
STOPS_MAX = 400


@dataclass(frozen=True)
class Stop:
    """One stop of the Tab key."""

    words: str
    shows: bool
    seen: bool
    after: bool


def stops(visitor: Visitor, key: str = "Tab") -> list[Stop]:
    """Press the key from the top of the page until the focus has left it."""
    found: list[Stop] = []
    while len(found) < STOPS_MAX:
        visitor.page.keyboard.press(key)
        focus = visitor.page.evaluate(FOCUS)
        if focus is None or (found and not focus["after"] and focus["words"] == found[0].words):
            return found
        del focus["mark"]
        found.append(Stop(**focus))
    raise AssertionError(f"the focus does not leave {visitor.path}")


def faults(walked: list[Stop], *, forward: bool = True) -> list[str]:
    """The stops that cannot be seen, or that come before where one was."""
    return [
        f"{one.words}: {'' if one.shows else 'no ring '}{'' if one.seen else 'hidden or covered '}"
        f"{'' if one.after or not forward else 'out of order'}"
        for one in walked
        if not (one.shows and one.seen and (one.after or not forward))
    ]


def enter(visitor: Visitor, name: str, path: str) -> None:
    visitor.open("/sign-in/")
    visitor.page.get_by_role("button", name=f"登录 {name}", exact=True).click()
    visitor.page.wait_for_load_state("load")
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.set_viewport_size({"width": 1280, "height": 420})
    visitor.open(path)


def press(visitor: Visitor, *keys: str) -> None:
    for key in keys:
        visitor.page.keyboard.press(key)


def focused(visitor: Visitor) -> str:
    words = visitor.page.evaluate("document.activeElement.innerText || document.activeElement.name")
    return " ".join(str(words).split())


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("林夏", "/bundles/open-restaurant/"),
        ("林夏", "/items/food-permit/"),
        ("叶旻", "form/pages/"),
        ("叶旻", "form/papers/"),
        ("葛岩", "/counter/queue/?all=1"),
    ],
)
def test_the_focus_is_always_seen_goes_in_order_and_is_never_caught(
    come: Arrive, name: str, path: str
) -> None:
    visitor = come()
    enter(visitor, name, "/my/" if path.startswith("form") else path)
    if path.startswith("form"):
        number = visitor.page.locator("main table .tb-code").first.inner_text()
        visitor.open(f"/my/applications/{number}/form/")
        if "papers" in path:
            visitor.open(f"/my/applications/{number}/{path}")
    walked = stops(visitor)
    assert walked[0].words == "跳到正文"
    assert len(walked) > 12
    assert faults(walked) == []
    visitor.page.evaluate("window.focusedBefore = null")
    assert faults(stops(visitor, "Shift+Tab"), forward=False) == []


@pytest.mark.parametrize("path", ["/", "/bundles/open-restaurant/", "/verify/", "/sign-in/"])
def test_the_first_stop_leads_to_the_content(come: Arrive, path: str) -> None:
    visitor = come()
    visitor.open(path)
    press(visitor, "Tab")
    assert focused(visitor) == "跳到正文"
    press(visitor, "Enter", "Tab")
    assert visitor.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_clerk_takes_an_application_in_without_a_mouse(come: Arrive) -> None:
    clerk = come()
    enter(clerk, "苏棠", "/counter/")
    press(clerk, "j")
    with clerk.page.expect_navigation():
        press(clerk, "Enter")
    assert clerk.heading() == "开餐馆一件事：裘白"
    clerk.look()
    press(clerk, "r", "j", "2")
    assert clerk.page.locator("[name=returned]:checked").count() == 1
    press(clerk, "1")
    assert not clerk.page.locator("[name=returned]:checked").count()
    press(clerk, "3")
    clerk.page.keyboard.type("请标出 1 号出口。")
    assert clerk.page.locator("[name=returned]:checked").count() == 1
    press(clerk, "Shift+Tab", "1")
    with clerk.page.expect_navigation():
        press(clerk, "Control+Enter")
    assert clerk.page.title().startswith("错误：")
    clerk.complaints[:] = [one for one in clerk.complaints if "422" not in one]
    press(clerk, "a")
    assert focused(clerk) == "受理 营业执照"
    with clerk.page.expect_navigation():
        press(clerk, "Enter")
    assert not clerk.page.get_by_role("button", name="受理 营业执照").count()
    assert "已受理" in clerk.words()
    with clerk.page.expect_navigation():
        press(clerk, "b")
    assert clerk.path == "/counter/intake/"


def test_the_keys_are_listed_and_single_ones_can_be_turned_off(come: Arrive) -> None:
    clerk = come()
    enter(clerk, "方遇", "/counter/")
    press(clerk, "?")
    listed = clerk.page.get_by_role("dialog", name="快捷键")
    listed.wait_for()
    assert clerk.axe() == []
    for words in ("下一行", "收件", "数据异议", "Ctrl"):
        assert words in listed.inner_text()
    listed.get_by_role("checkbox").press("Space")
    press(clerk, "Escape")
    assert not listed.is_visible()
    clerk.open("/counter/")
    press(clerk, "?", "o")
    assert not listed.is_visible()
    assert clerk.path == "/counter/intake/"
    clerk.page.locator("#keys-button").press("Enter")
    listed.get_by_role("checkbox").press("Space")
    press(clerk, "Escape")
    assert focused(clerk) == "快捷键"
    with clerk.page.expect_navigation():
        press(clerk, "o")
    assert clerk.path == "/counter/objections/"
