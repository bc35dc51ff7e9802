"""林夏 opens a restaurant: she, the clerk at the window and one approver, each at a browser of their own.

The tests tell one story in order; each goes on from where the one before it stopped.
"""

import re
from dataclasses import dataclass, replace

import pytest
import yaml
from playwright.sync_api import Locator

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tongban.demo.scene import ASSETS
from tongban.site.home import checkout

STORY = yaml.safe_load((checkout() / "packs/lanchuan/stories/open-restaurant.yaml").read_text())["stories"][0]
#: The Ministry's numbers for the elders' version, as reference/ux.md 3.5 takes them.
ELDER_TEXT_PX, ELDER_BUTTON_PX = 24, 60
CLERK, COLLEAGUE, EXAMINER, APPROVER = "苏棠", "方遇", "秦朔", "汪泽"
ITEMS = ("business-licence", "food-permit", "fire-check", "signboard-guidance", "drainage-permit")


@dataclass(frozen=True)
class Applicant:
    """Who applies, with her answers; and her application once it is submitted."""

    name: str
    answers: dict[str, str]
    visitor: Visitor
    number: str = ""


def applicant(username: str, name: str, visitor: Visitor) -> Applicant:
    candidate = next(one for one in STORY["candidates"] if one["username"] == username)
    return Applicant(name, {**STORY["answers"], **candidate["answers"]}, visitor)


def fill_in(who: Applicant) -> None:
    """Answer page after page until the papers are asked for."""
    visitor = who.visitor
    while (asked := visitor.asked()) and not asked & {"agree", "file-floor-plan"}:
        visitor.answer({name: who.answers[name] for name in asked if name in who.answers})
        visitor.press("保存，下一步")


def hand_over(visitor: Visitor, files: dict[str, str]) -> None:
    for material, name in files.items():
        visitor.page.locator(f'[name="file-{material}"]').set_input_files(ASSETS / name)


def apply(who: Applicant) -> Applicant:
    """From the guide to the receipt."""
    visitor = who.visitor
    visitor.press("开始办理")
    visitor.sign_in_as(who.name)
    if visitor.path.startswith("/bundles/"):
        visitor.press("开始办理")
    while not visitor.page.get_by_role("button", name="知道了，自动取").count():
        asked = visitor.asked()
        visitor.answer({name: who.answers[name] for name in asked})
        visitor.press("保存，下一步")
    visitor.press("知道了，自动取")
    visitor.press("下一步")
    fill_in(who)
    for choice in visitor.page.locator('[name="agree"]').all():
        choice.check()
    hand_over(visitor, STORY["uploads"])
    visitor.press("保存，下一步")
    visitor.page.get_by_role("button", name="提交申请", exact=True).dblclick()
    visitor.page.wait_for_url("**/receipt/")
    visitor.look()
    return replace(who, number=visitor.path.split("/")[3])


def at_the_counter(arrive: Arrive, name: str) -> Visitor:
    officer = arrive()
    officer.open("/counter/")
    officer.sign_in_as(name)
    return officer


def row_of(visitor: Visitor, words: str) -> Locator:
    return visitor.page.get_by_role("row").filter(has_text=words).first


def open_licence_case(officer: Visitor) -> None:
    """The officer's queue holds the case of the business licence."""
    officer.open("/counter/queue/")
    officer.look()
    officer.press("营业执照", within=row_of(officer, "林夏"))


@pytest.fixture(scope="module")
def linxia(arrive: Arrive) -> Visitor:
    return arrive()


@pytest.fixture(scope="module")
def clerk(arrive: Arrive) -> Visitor:
    return at_the_counter(arrive, CLERK)


@pytest.fixture(scope="module")
def submitted(linxia: Visitor) -> Applicant:
    """林夏 finds the guide by her own words and applies."""
    linxia.open("/")
    linxia.look()
    linxia.answer({"q": "开饭店"})
    linxia.press("搜索")
    linxia.press("开餐馆一件事")
    return apply(applicant("linxia", "林夏", linxia))


def test_the_check_says_what_nobody_knows_yet(linxia: Visitor) -> None:
    linxia.open("/bundles/open-restaurant/check/")
    linxia.look()
    answers = {**STORY["facts"], STORY["unknown_fact"]: "unknown"}
    while asked := linxia.asked():
        linxia.answer({name: str(answers[name]).lower() for name in asked})
        linxia.press("下一题")
    assert "还不能确定" in linxia.words()
    assert "专用烟道" in linxia.words()


def test_she_applies_and_gets_a_receipt(submitted: Applicant) -> None:
    assert submitted.number in submitted.visitor.words()
    assert submitted.visitor.path.endswith("/receipt/")
    assert len(submitted.visitor.looked_at) > 12


def test_she_pressed_twice_and_applied_once(submitted: Applicant) -> None:
    submitted.visitor.open("/my/")
    assert submitted.visitor.page.locator("main table .tb-code").all_inner_texts() == [submitted.number]


@pytest.fixture(scope="module")
def told(submitted: Applicant, clerk: Visitor) -> Applicant:
    """The clerk tells once what is missing."""
    clerk.open("/counter/intake/")
    clerk.look()
    clerk.press("开餐馆一件事", within=row_of(clerk, submitted.number))
    clerk.page.locator('[name="returned"][value="floor-plan"]').check()
    clerk.answer({"reason-floor-plan": STORY["returned"]["floor-plan"]})
    clerk.press("预览告知书")
    clerk.press("一次性告知")
    return submitted


def test_the_clerk_tells_once_what_is_missing(told: Applicant, clerk: Visitor) -> None:
    assert STORY["returned"]["floor-plan"] in clerk.words()
    assert not clerk.page.locator("[name=returned]").count()


@pytest.fixture(scope="module")
def supplied(told: Applicant) -> Applicant:
    """She reads what is missing and supplies it."""
    visitor = told.visitor
    visitor.open("/my/")
    visitor.look()
    visitor.press("开餐馆一件事")
    visitor.press("补齐材料")
    hand_over(visitor, STORY["mended"])
    visitor.press("提交补正")
    return told


def test_she_supplies_it_the_same_day(supplied: Applicant) -> None:
    assert "补正" in supplied.visitor.words()
    assert not supplied.visitor.page.get_by_role("link", name="补齐材料").count()


@pytest.fixture(scope="module")
def accepted(supplied: Applicant, clerk: Visitor) -> Applicant:
    """The clerk accepts the first case; the others wait for it."""
    clerk.open(f"/counter/intake/{supplied.number}/")
    clerk.press("受理 营业执照")
    return supplied


def test_only_the_licence_may_be_accepted_first(accepted: Applicant, clerk: Visitor) -> None:
    assert not clerk.page.get_by_role("button", name=re.compile("^受理")).count()
    assert row_of(clerk, "食品经营许可").inner_text().count("先") == 1


@pytest.fixture(scope="module")
def granted(accepted: Applicant, arrive: Arrive) -> Applicant:
    """One officer examines, another one decides."""
    examiner = at_the_counter(arrive, EXAMINER)
    open_licence_case(examiner)
    examiner.answer({"proposes": "granted", "opinion": STORY["opinion"]})
    examiner.press("提交审查意见")
    approver = at_the_counter(arrive, APPROVER)
    open_licence_case(approver)
    assert STORY["opinion"] in approver.words()
    approver.answer({"result": "granted", "reasons": STORY["decision"]})
    approver.press("作出决定")
    assert "林夏" not in approver.words()
    return accepted


def test_she_holds_the_licence_and_a_stranger_checks_it(granted: Applicant, arrive: Arrive) -> None:
    visitor = granted.visitor
    visitor.open("/my/certificates/")
    visitor.look()
    visitor.press("营业执照")
    code = visitor.page.locator(".tb-sheet__check .tb-code").inner_text()
    stranger = arrive()
    stranger.open("/verify/")
    stranger.look()
    stranger.answer({"code": code})
    stranger.press("核验")
    assert "有效" in stranger.words()
    assert granted.answers["business-name"] in stranger.words()


def test_she_keeps_the_licence_as_a_sealed_file(granted: Applicant) -> None:
    visitor = granted.visitor
    visitor.open("/my/certificates/")
    visitor.press("营业执照")
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_role("link", name="下载证照 (PDF)").click()
    assert re.fullmatch(r"营业执照 \w+\.pdf", coming.value.suggested_filename)
    sealed = coming.value.path().read_bytes()
    assert sealed.startswith(b"%PDF-")
    assert b"/ETSI.CAdES.detached" in sealed


def test_she_asks_why_the_clerk_opened_her_application_and_a_colleague_answers(
    granted: Applicant, arrive: Arrive
) -> None:
    visitor = granted.visitor
    visitor.open("/my/footprint/?agency=lanchuan.center")
    visitor.look()
    opened = visitor.page.locator(".tb-uses > li").filter(has_text="综合窗口收件员").first
    opened.get_by_role("link", name=re.compile("^这样对吗")).click()
    visitor.look()
    visitor.answer({"reason": "我想知道窗口为什么打开它。"})
    visitor.press("提出异议")
    assert "已提出异议，等答复" in visitor.words()
    colleague = at_the_counter(arrive, COLLEAGUE)
    colleague.press("数据异议", within=colleague.page.locator("header"))
    colleague.page.locator("main table a").first.click()
    colleague.look()
    colleague.answer({"outcome": "explained", "words": "收件时要核对材料。"})
    colleague.press("答复")
    visitor.open("/my/footprint/?agency=lanchuan.center")
    assert "已答复：有依据" in visitor.words()


def test_one_step_of_hers_is_proved_on_the_public_page(granted: Applicant) -> None:
    visitor = granted.visitor
    visitor.open(f"/my/applications/{granted.number}/ledger/")
    visitor.look()
    visitor.page.get_by_role("link", name=re.compile("^核验 ")).first.click()
    visitor.look()
    assert "在账、未改动" in visitor.words()
    visitor.page.get_by_text("怎么算的").click()
    visitor.page.get_by_text("旁支 1", exact=True).wait_for(state="visible")  # it unfolds over some frames


def test_what_is_printed_fits_its_paper(granted: Applicant, arrive: Arrive) -> None:
    visitor = granted.visitor
    visitor.open("/my/certificates/")
    certificate = visitor.page.get_by_role("link", name="营业执照").first.get_attribute("href")
    most = {
        "/bundles/open-restaurant/": 2,
        **{f"/items/{item}/": 2 for item in ITEMS},
        f"/my/applications/{granted.number}/receipt/": 1,
        str(certificate): 1,
    }
    assert {path: pages for path in most if (pages := printed(visitor, path)) > most[path]} == {}
    stranger = arrive()
    stranger.open("/bundles/open-restaurant/before-after/")
    stranger.look()
    stranger.open("/bundles/open-restaurant/")
    stranger.page.emulate_media(media="print")
    assert not stranger.page.locator("header button, header a").filter(visible=True).count()
    assert stranger.page.get_by_text("设定依据").first.is_visible()


def printed(visitor: Visitor, path: str) -> int:
    """How many sheets of A4 a page takes."""
    visitor.open(path)
    return len(re.findall(rb"/Type\s*/Page(?!s)", visitor.page.pdf(prefer_css_page_size=True)))


def test_whoever_has_no_scripts_applies_all_the_same(arrive: Arrive) -> None:
    visitor = arrive(without_scripts=True)
    visitor.open("/")
    visitor.answer({"q": "开饭店"})
    visitor.press("搜索")
    visitor.press("开餐馆一件事")
    done = apply(applicant("xunian", "许年", visitor))
    assert done.number in visitor.words()
    visitor.press("看办理进度")
    assert "提交申请" in visitor.page.locator(".tb-timeline").first.inner_text()


def test_in_the_larger_version_everything_is_there_and_it_stays_after_signing_in(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.open("/")
    visitor.page.get_by_role("button", name="长辈版").click()
    for path in (
        "/",
        "/search/?q=开饭店",
        "/bundles/open-restaurant/",
        "/bundles/open-restaurant/check/",
        "/verify/",
    ):
        visitor.open(path)
        visitor.look()
        assert visitor.text_size() >= ELDER_TEXT_PX
    button = visitor.page.locator("main .ds-button").first.bounding_box()
    assert button
    assert button["height"] >= ELDER_BUTTON_PX
    visitor.sign_in_as("林夏")
    visitor.open("/my/")
    visitor.look()
    assert visitor.text_size() >= ELDER_TEXT_PX
    visitor.page.get_by_role("button", name="标准版").click()
    assert visitor.text_size() < ELDER_TEXT_PX
