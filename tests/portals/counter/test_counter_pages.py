"""The officers' pages: intake, queue, workbench; two at once, and those who may not."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import view_of
from tests.cases.test_agents import Mandate, mandate, submit_for  # noqa: F401 - a fixture
from tests.portals.public.test_public_pages import text
from tongban.cases.api import examine, tell_once
from tongban.demo.packs import StoryTerms
from tongban.identity.api import find_actor
from tongban.journal.api import Actor
from tongban.kernel import clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def test_each_officer_starts_where_his_work_is(sign_in: SignIn) -> None:
    assert sign_in("clerk1").get("/counter/").headers["Location"] == "/counter/intake/"
    assert sign_in("food-approver").get("/counter/").headers["Location"] == "/counter/queue/"
    assert sign_in("auditor").get("/counter/").headers["Location"] == "/audit/"
    assert sign_in("security-officer").get("/counter/").headers["Location"] == "/counter/erasures/"
    assert sign_in("operator").get("/counter/").headers["Location"] == "/counter/parked/"
    assert "您的岗位在这里还没有页面" in text(sign_in("cio").get("/counter/"))


def test_a_resident_is_told_that_these_are_officers_pages(sign_in: SignIn) -> None:
    response = sign_in("linxia").get("/counter/intake/")
    assert response.status_code == 403
    assert "工作人员的页面" in text(response)


def test_a_missing_role_is_named_with_who_can_give_it(sign_in: SignIn) -> None:
    response = sign_in("food-examiner").get("/counter/intake/")
    assert response.status_code == 403
    assert "需要「窗口收件」角色，可以由本部门的系统管理员授予" in text(response)


def test_the_clerk_previews_and_sends_the_one_notice(sign_in: SignIn, submitted: str, linxia: Actor) -> None:
    clerk = sign_in("clerk1")
    assert submitted in text(clerk.get("/counter/intake/"))
    address = f"/counter/intake/{submitted}/"
    form = {"returned": ["floor-plan"], "reason-floor-plan": "请标出消毒间"}
    preview = text(clerk.post(address, {**form, "preview": "1"}))
    assert "告知书预览" in preview
    assert view_of(submitted, linxia).supplement is None
    assert clerk.post(address, form).status_code == 302
    assert view_of(submitted, linxia).supplement


def test_a_notice_without_reason_is_sent_back_with_what_was_typed(sign_in: SignIn, submitted: str) -> None:
    form = {
        "returned": ["floor-plan", "drain-plan"],
        "reason-floor-plan": "请标出消毒间",
        "reason-drain-plan": " ",
    }
    response = sign_in("clerk1").post(f"/counter/intake/{submitted}/", form)
    assert response.status_code == 422
    assert "请填写「排水平面图」要补什么" in text(response)
    assert 'value="请标出消毒间"' in text(response)


def test_the_second_of_two_clerks_sees_both(
    sign_in: SignIn, submitted: str, linxia: Actor, clerk: Actor
) -> None:
    seen = view_of(submitted, linxia).version
    tell_once(number=submitted, reasons={"floor-plan": "x"}, seen=seen, by=clerk)
    form = {"seen": str(seen), "returned": ["drain-plan"], "reason-drain-plan": "请标出隔油池"}
    response = sign_in("clerk2").post(f"/counter/intake/{submitted}/", form)
    page = text(response)
    assert response.status_code == 409
    assert "一次性告知补正" in page
    assert "澜川市政务服务中心" in page
    assert "请标出隔油池" in page


def test_accepting_is_one_click_and_says_what_the_others_wait_for(
    sign_in: SignIn, submitted: str, linxia: Actor
) -> None:
    clerk = sign_in("clerk1")
    page = text(clerk.get(f"/counter/intake/{submitted}/"))
    assert page.count("先办结「营业执照」") == 4
    number = view_of(submitted, linxia).cases[0].number
    assert clerk.post(f"/counter/cases/{number}/accept/", {"seen": "1"}).status_code == 302
    assert view_of(submitted, linxia).cases[0].state == "accepted"
    again = clerk.post(f"/counter/cases/{number}/accept/", {"seen": "1"})
    assert again.status_code == 409


def test_refusing_acceptance_needs_a_case_and_a_reason_and_reaches_the_person(
    sign_in: SignIn, submitted: str, linxia: Actor
) -> None:
    clerk = sign_in("clerk1")
    address, number = f"/counter/intake/{submitted}/", view_of(submitted, linxia).cases[-1].number
    form = {"verb": "refuse-acceptance", "reason": "这条路不设户外招牌，不需要办理"}
    assert "请选择不予受理哪一件" in text(clerk.post(address, form))
    form |= {"refused": number, f"seen-{number}": "1"}
    empty = clerk.post(address, {**form, "reason": " "})
    assert empty.status_code == 422
    assert "请填写不予受理的理由" in text(empty)
    assert clerk.post(address, form).status_code == 302
    assert view_of(submitted, linxia).cases[-1].state == "not-accepted"
    assert clerk.post(address, form).status_code == 409
    page = text(sign_in("linxia").get(f"/my/applications/{submitted}/"))
    assert form["reason"] in page
    assert f"不受〔{clock.today():%Y}〕{number}" in page
    assert "申请行政复议" in page


def test_the_examiner_gets_the_forms_of_his_role_and_no_other(sign_in: SignIn, permit: str) -> None:
    page = text(sign_in("food-examiner").get(f"/counter/cases/{permit}/"))
    assert "提交审查意见" in page
    assert "现场核查" in page
    assert "作出决定</button>" not in page
    assert "提交审查意见" not in text(sign_in("food-approver").get(f"/counter/cases/{permit}/"))


def test_an_officer_of_another_agency_cannot_open_the_case(sign_in: SignIn, permit: str) -> None:
    response = sign_in("market-inspector").get(f"/counter/cases/{permit}/")
    assert response.status_code == 403
    assert "贵部门不参与办理" in text(response)


def test_an_opinion_that_comes_second_is_kept_on_the_page_and_not_saved(
    sign_in: SignIn, permit: str, linxia: Actor
) -> None:
    seen = view_of(permit, linxia).case("food-permit").version
    examine(number=permit, proposes="granted", words="可以", seen=seen, by=find_actor("food-inspector"))
    form = {"verb": "examine", "seen": str(seen), "proposes": "refused", "opinion": "我认为不可以"}
    response = sign_in("food-examiner").post(f"/counter/cases/{permit}/", form)
    assert response.status_code == 409
    assert "审查完成" in text(response)
    opinion = view_of(permit, linxia).case("food-permit").opinion
    assert opinion
    assert opinion.words == "可以"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"verb": "inspect", "officers": ["LC-SP-003"], "finding": "整洁"}, "2 名以上工作人员"),
        ({"verb": "inspect", "officers": ["LC-SP-003", "LC-SP-004"], "finding": ""}, "请填写核查情况"),
        ({"verb": "find-defect", "words": "x", "due_on": "明天"}, "请填写整改期限"),
        ({"verb": "find-defect", "words": "", "due_on": "2030-01-01"}, "请填写要整改的问题"),
        ({"verb": "pause", "ground": "忙"}, "不是法定的暂停事由"),
        ({"verb": "examine", "proposes": "granted", "opinion": ""}, "请填写审查意见"),
        ({"verb": "examine", "proposes": "maybe", "opinion": "x"}, "请选择建议准予或建议不予"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why(
    sign_in: SignIn, permit: str, form: dict[str, object], sentence: str
) -> None:
    response = sign_in("food-examiner").post(f"/counter/cases/{permit}/", form)
    assert response.status_code == 422
    assert sentence in text(response)


def test_an_unknown_step_is_not_found(sign_in: SignIn, permit: str) -> None:
    assert (
        sign_in("food-examiner").post(f"/counter/cases/{permit}/", {"verb": "approve-all"}).status_code == 404
    )


def test_the_queue_shows_the_cases_that_wait_for_this_role(sign_in: SignIn, permit: str) -> None:
    assert permit in text(sign_in("food-examiner").get("/counter/queue/"))
    page = text(sign_in("food-approver").get("/counter/queue/"))
    assert permit not in page
    assert "看本部门全部" in page
    assert permit in text(sign_in("food-approver").get("/counter/queue/?all=1"))


def test_the_window_sees_who_submitted_for_whom(
    sign_in: SignIn,
    mandate: Mandate,  # noqa: F811 - the fixture
    answers: dict[str, str],
    story: StoryTerms,
) -> None:
    number = submit_for(mandate("open-restaurant")[1], answers, story)
    assert "由许年依林夏的委托代办" in text(sign_in("clerk1").get(f"/counter/intake/{number}/"))
