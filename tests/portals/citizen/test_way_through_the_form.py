"""The way through the form: steps that count right, prefilled answers that say whose they are, drafts, the receipt."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.conftest import view_of
from tests.documents.test_upload import PNG
from tests.portals.public.test_public_pages import text
from tongban.cases.api import agree, find_gaps
from tongban.demo.packs import StoryTerms
from tongban.demo.scene import picture
from tongban.identity.api import find_account, find_actor
from tongban.journal.api import Actor
from tongban.registers.api import pause_register

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
STEP = re.compile(r"<title>[^<]*第 (\d+) 步，共 (\d+) 步 - 通办</title>")


@pytest.fixture
def her(sign_in: SignIn) -> Client:
    return sign_in("linxia")


def step_of(client: Client, address: str) -> tuple[int, int]:
    found = STEP.search(text(client.get(address)))
    assert found, address
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_steps_count_up_to_the_last_whatever_she_chose(
    her: Client, begun: str, answers: dict[str, str], linxia: Actor, *, by_hand: bool
) -> None:
    address = f"/my/applications/{begun}/form/"
    address, met = her.get(address).headers["Location"], []
    while not address.endswith("/check/"):
        met.append(step_of(her, address))
        sent: dict[str, object] = dict(answers)
        if address.endswith("/notice/") and not by_hand:
            sent["fetch"] = [one.code for one in view_of(begun, linxia).materials if one.kind == "fetched"]
        if address.endswith("/fetched/"):
            address = re.search(r'class="ds-button" href="([^"]+)"', text(her.get(address)))[1]  # type: ignore[index]
        else:
            address = her.post(address, sent).headers["Location"]
    met.append(step_of(her, address))
    assert met == [(n, len(met)) for n in range(1, len(met) + 1)]


def test_every_prefilled_answer_names_its_source_its_day_and_who_puts_it_right(
    her: Client, fetched: str
) -> None:
    page = text(her.get(f"/my/applications/{fetched}/form/pages/business/"))
    sources = re.findall(r'-source">来自 [^<]+ · \d{4}-\d\d-\d\d</span> <a href="#wrong">不对？', page)
    assert sources
    assert page.count('-source">来自') == len(sources)
    section = page.partition('id="wrong"')[2]
    assert "不影响继续办理" in section
    assert re.search(r"不动产登记信息：[^，]+，电话 <span class=\"tb-num\">\d", section)
    assert 'id="wrong"' not in text(her.get(f"/my/applications/{fetched}/form/pages/place/"))


def test_with_a_register_stopped_she_submits_with_the_paper_instead(
    her: Client, begun: str, answers: dict[str, str], linxia: Actor, story: StoryTerms
) -> None:
    pause_register(name="lease-filing", reason="机房检修", by=find_actor("housing-owner"))
    form = f"/my/applications/{begun}/form"
    her.post(f"{form}/pages/place/", answers)
    fetch = [one.code for one in view_of(begun, linxia).materials if one.kind == "fetched"]
    her.post(f"{form}/notice/", {"fetch": fetch})
    assert "现在没有响应，不影响您继续填写" in text(her.get(f"{form}/fetched/"))
    for page in view_of(begun, linxia).guide.pages:
        her.post(f"{form}/pages/{page.code}/", answers)
    replaced = [one.code for one in view_of(begun, linxia).materials if one.kind in {"promise", "template"}]
    agree(number=begun, materials=replaced, by=linxia)
    files = {
        f"file-{material}": SimpleUploadedFile(*picture(name)) for material, name in story.uploads.items()
    }
    files["file-lease"] = SimpleUploadedFile("租赁合同.png", PNG)
    her.post(f"{form}/papers/", {"agree": replaced, **files})
    assert find_gaps(begun, by=linxia) == {}
    assert her.post(f"{form}/check/").headers["Location"].endswith("/receipt/")
    assert view_of(begun, linxia).material("lease").document


def test_a_draft_left_in_the_middle_is_found_on_another_device(
    her: Client, begun: str, answers: dict[str, str]
) -> None:
    her.post(f"/my/applications/{begun}/form/pages/place/", answers)
    elsewhere = Client()
    elsewhere.force_login(find_account("linxia"))
    listed = text(elsewhere.get("/my/"))
    assert "草稿" in listed
    assert f"/my/applications/{begun}/form/" in listed
    assert elsewhere.get(f"/my/applications/{begun}/form/").headers["Location"].endswith("/form/notice/")
    page = text(elsewhere.get(f"/my/applications/{begun}/form/pages/place/"))
    assert f'value="{answers["lease-number"]}"' in page


def test_each_change_leads_to_its_page_and_straight_back_to_the_check_page(
    her: Client, filled: str, answers: dict[str, str]
) -> None:
    check = f"/my/applications/{filled}/form/check/"
    ways = set(re.findall(r'href="([^"]+\?back=check)"', text(her.get(check))))
    assert len(ways) > 2
    for way in ways:
        assert "保存，回到核对页" in text(her.get(way))
        sent = her.post(way, {**answers, "back": "check"})
        assert sent.headers["Location"] == check


def test_the_receipt_is_opened_again_from_a_bookmark_with_number_days_contact_and_paper(
    submitted: str, linxia: Actor
) -> None:
    later = Client()
    bookmark = f"/my/applications/{submitted}/receipt/"
    assert later.get(bookmark).headers["Location"].startswith("/sign-in/")
    later.force_login(find_account("linxia"))
    page = text(later.get(bookmark))
    view = view_of(submitted, linxia)
    assert view.promised_on
    for words in (
        submitted,
        view.window_name,
        view.window_phone,
        f"{view.promised_on.month}月{view.promised_on.day}日",
        f"/my/applications/{submitted}/receipt.pdf",
    ):
        assert words in page, words
