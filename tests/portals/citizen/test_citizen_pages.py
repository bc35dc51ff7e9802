"""The person's pages: the form, uploads, her cases; nobody else's."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.conftest import view_of
from tests.documents.test_upload import PNG
from tests.portals.public.test_public_pages import text
from tongban.cases.api import accept_case, application_timeline, find_defect, my_applications, tell_once
from tongban.cases.models import Application
from tongban.certificates.api import certificates_of
from tongban.clocks.api import add_working_days
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.portals.citizen.views.mine import NEWEST_STEPS
from tongban.portals.design.shown import events
from tongban.registers.api import pause_register

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def her(sign_in: SignIn) -> Client:
    return sign_in("linxia")


def test_a_press_before_signing_in_goes_on_afterwards(client: Client) -> None:
    refused = client.post("/my/apply/open-restaurant/")
    assert refused.headers["Location"] == "/sign-in/?next=%2Fmy%2Fapply%2Fopen-restaurant%2F"
    signed_in = client.post(
        "/sign-in/", {"username": "linxia", "password": "tongban-demo", "next": "/my/apply/open-restaurant/"}
    )
    begun = client.get(signed_in.headers["Location"])
    assert "/my/applications/" in begun.headers["Location"]
    assert client.get("/my/apply/open-restaurant/").headers["Location"] == "/bundles/open-restaurant/"


def test_a_mere_link_to_applying_leads_to_the_guide(her: Client) -> None:
    assert her.get("/my/apply/open-restaurant/").headers["Location"] == "/bundles/open-restaurant/"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/my/", "%2Fmy%2F"),
        ("http://elsewhere.example/x/", "%2F"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_the_page_that_held_it(
    client: Client, page: str, back: str
) -> None:
    response = client.post("/my/cases/1/withdraw/", headers={"Referer": page})
    assert response.headers["Location"] == f"/sign-in/?next={back}"


def test_an_empty_page_is_sent_back_with_every_error_and_what_was_typed(her: Client, begun: str) -> None:
    response = her.post(f"/my/applications/{begun}/form/pages/place/", {"premises-area": "很大"})
    page = text(response)
    assert response.status_code == 422
    assert page.count('href="#f-') >= 3
    assert 'value="很大"' in page
    assert "<title>错误：" in page


def test_a_good_page_leads_on_and_from_the_check_page_back_to_it(
    her: Client, begun: str, answers: dict[str, str]
) -> None:
    address = f"/my/applications/{begun}/form/pages/place/"
    assert her.post(address, answers).headers["Location"].endswith("/form/notice/")
    assert her.post(address, {**answers, "back": "check"}).headers["Location"].endswith("/form/check/")


def test_the_notice_names_item_source_reader_purpose_and_law(
    her: Client, begun: str, answers: dict[str, str]
) -> None:
    her.post(f"/my/applications/{begun}/form/pages/place/", answers)
    page = text(her.get(f"/my/applications/{begun}/form/notice/"))
    for words in (
        "澜川市行政审批局",
        "澜川市消防救援支队",
        "核对",
        "《",
        "知道了，自动取",
        "我自己交",
        "留多久",
    ):
        assert words in page, words


def test_a_mismatch_is_shown_and_does_not_stop(her: Client, fetched: str) -> None:
    page = text(her.get(f"/my/applications/{fetched}/form/fetched/"))
    assert "不影响继续办理" in page
    assert "您填 96，登记为 92.50" in page
    assert "下一步" in page


def test_a_prefilled_answer_names_its_source(her: Client, fetched: str) -> None:
    page = text(her.get(f"/my/applications/{fetched}/form/pages/business/"))
    assert "来自 不动产登记信息" in page
    assert "槐安路" in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [("空.png", b"", "空文件"), ("x.png", b"<html>", "不是可以接收的文件"), ("图.pdf", PNG, "与文件名不符"), ("大.png", PNG + b"x" * 10_500_000, "超过 10 MB")],
)  # fmt: skip
def test_a_bad_upload_is_told_and_the_good_one_beside_it_is_kept(
    her: Client, fetched: str, linxia: Actor, name: str, data: bytes, sentence: str
) -> None:
    files = {
        "file-floor-plan": SimpleUploadedFile(name, data),
        "file-drain-plan": SimpleUploadedFile("排水.png", PNG),
    }
    response = her.post(f"/my/applications/{fetched}/form/papers/", files)
    assert response.status_code == 422
    assert sentence in text(response)
    view = view_of(fetched, linxia)
    assert view.material("floor-plan").document is None
    assert view.material("drain-plan").document


def test_submitting_lists_every_gap_and_a_second_click_makes_nothing_new(
    her: Client, fetched: str, linxia: Actor
) -> None:
    response = her.post(f"/my/applications/{fetched}/form/check/")
    assert response.status_code == 422
    assert text(response).count('href="#') > 5
    assert len(my_applications(linxia)) == 1


def test_a_double_submit_is_one_application(her: Client, filled: str, linxia: Actor) -> None:
    seen = {"seen": str(view_of(filled, linxia).version)}
    first = her.post(f"/my/applications/{filled}/form/check/", seen)
    second = her.post(f"/my/applications/{filled}/form/check/", seen)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(view_of(filled, linxia).cases) == 5
    receipt = text(her.get(first.headers["Location"]))
    assert filled in receipt


def test_a_draft_changed_in_another_window_shows_a_conflict(her: Client, filled: str) -> None:
    response = her.post(f"/my/applications/{filled}/form/check/", {"seen": "77"})
    assert response.status_code == 409
    assert "没有保存" in text(response)


def test_a_person_cannot_open_anothers_pages(sign_in: SignIn, licensed: str, linxia: Actor) -> None:
    assert linxia.person
    (certificate,) = certificates_of(linxia.person)
    other = sign_in("xunian")
    for address in (
        f"/my/applications/{licensed}/",
        f"/my/applications/{licensed}/receipt/",
        f"/my/applications/{licensed}/summary/",
        f"/my/applications/{licensed}/ledger/",
        f"/my/applications/{licensed}/documents/floor-plan/",
        f"/my/certificates/{certificate.id}/",
        f"/my/certificates/{certificate.id}/sd-jwt/",
    ):
        response = other.get(address)
        assert response.status_code == 404, address
        assert "林夏" not in text(response)


def test_an_officer_is_told_that_these_are_residents_pages(sign_in: SignIn, submitted: str) -> None:
    response = sign_in("clerk1").get(f"/my/applications/{submitted}/")
    assert response.status_code == 403
    assert "这是居民的页面" in text(response)


def test_the_case_page_shows_clock_deemed_acceptance_and_what_happened(her: Client, licensed: str) -> None:
    page = text(her.get(f"/my/applications/{licensed}/"))
    assert "即视为受理" in page
    assert "一次" not in page or "经过" in page
    assert "申请行政复议" in page


def test_the_supplement_page_asks_for_exactly_what_was_named(
    her: Client, submitted: str, clerk: Actor, linxia: Actor
) -> None:
    tell_once(number=submitted, reasons={"floor-plan": "请标出消毒间"}, seen=None, by=clerk)
    address = f"/my/applications/{submitted}/supplement/"
    page = text(her.get(address))
    assert "请标出消毒间" in page
    assert "file-drain-plan" not in page
    assert her.post(address).status_code == 422
    assert her.post(address, {"file-floor-plan": SimpleUploadedFile("图.png", PNG)}).status_code == 302
    assert view_of(submitted, linxia).state == "submitted"


def test_a_defect_is_reported_as_put_right_with_a_photo(her: Client, permit: str, linxia: Actor) -> None:
    examiner = find_actor("food-examiner")
    find_defect(
        number=permit, words="水池", due_on=add_working_days(clock.today(), 2), seen=None, by=examiner
    )
    address = f"/my/cases/{permit}/rectify/"
    assert "水池" in text(her.get(address))
    assert her.post(address, {"words": ""}).status_code == 422
    given = {"words": "已分开", "file-photo": SimpleUploadedFile("照.png", PNG)}
    assert her.post(address, given).status_code == 302
    assert view_of(permit, linxia).case("food-permit").open_defect is None


def test_a_document_cannot_run_in_the_page(her: Client, filled: str) -> None:
    response = her.get(f"/my/applications/{filled}/documents/floor-plan/")
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_private_pages_are_not_kept_by_caches(her: Client, filled: str) -> None:
    assert her.get("/my/").headers["Cache-Control"] == "no-store"


def test_the_whole_list_is_few_queries(
    her: Client, licensed: str, clerk: Actor, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    accept_case(number=f"{licensed}-02", seen=None, by=clerk)
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        her.get("/my/")


def test_a_register_that_is_down_is_said_and_the_form_goes_on_by_hand(
    her: Client, begun: str, answers: dict[str, str], linxia: Actor
) -> None:
    pause_register(name="lease-filing", reason="机房检修", by=find_actor("housing-owner"))
    her.post(f"/my/applications/{begun}/form/pages/place/", answers)
    fetch = [one.code for one in view_of(begun, linxia).materials if one.kind == "fetched"]
    her.post(f"/my/applications/{begun}/form/notice/", {"fetch": fetch})
    page = text(her.get(f"/my/applications/{begun}/form/fetched/"))
    assert "现在没有响应，不影响您继续填写" in page
    assert 'name="file-lease"' in text(her.get(f"/my/applications/{begun}/form/papers/"))


def test_a_report_that_comes_too_late_is_kept_on_the_page(her: Client, permit: str, linxia: Actor) -> None:
    examiner = find_actor("food-examiner")
    find_defect(
        number=permit, words="水池", due_on=add_working_days(clock.today(), 2), seen=None, by=examiner
    )
    response = her.post(f"/my/cases/{permit}/rectify/", {"words": "已经分开", "seen": "1"})
    assert response.status_code == 409
    assert "已经分开" in text(response)
    assert "要求限期整改" in text(response)


def test_the_case_page_folds_what_is_older_than_the_newest_steps_and_loses_nothing(
    her: Client, permit: str, linxia: Actor
) -> None:
    number = permit.rpartition("-")[0]
    page = text(her.get(f"/my/applications/{number}/"))
    timeline_part = page.partition('id="timeline"')[2].partition('id="materials"')[0]
    shown, _fold, earlier = timeline_part.partition("<details")
    due = shown.count('data-state="due"')
    assert due == len([case for case in view_of(number, linxia).cases if case.acceptance_due_on]) > 0
    assert shown.count("data-state=") - due == NEWEST_STEPS
    older = earlier.count("data-state=")
    assert f"再早的 {older} 步" in earlier
    past = events(view_of(number, linxia), application_timeline(view_of(number, linxia)))
    assert older == len(past) - NEWEST_STEPS > 0
    assert page.index('id="cases"') < page.index('id="timeline"')


def test_a_short_timeline_has_nothing_to_open(her: Client, begun: str) -> None:
    page = text(her.get(f"/my/applications/{begun}/"))
    assert "经过" in page
    assert "再早的" not in page


def test_the_materials_of_a_closed_application_are_folded(her: Client, submitted: str) -> None:
    address = f"/my/applications/{submitted}/"
    assert "份材料</summary>" not in text(her.get(address))
    Application.objects.filter(pk=submitted).update(state="closed", closed_at=clock.now())
    assert re.search(r"用到的 \d+ 份材料</summary>", text(her.get(address)))
