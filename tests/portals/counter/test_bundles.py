"""The agency that leads a bundle looks at its members and nudges; the applicant reads what came of each."""

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.portals.conftest import browser_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import decide, examine, find_defect, get_coordination, tell_hearing, withdraw_case
from tongban.clocks.api import add_working_days
from tongban.journal.api import Actor, timeline
from tongban.kernel import clock
from tongban.site.subscribers import TOLD_AGENCIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db: None) -> Client:
    return browser_of("market-approver")


@pytest.fixture
def her(db: None) -> Client:
    return browser_of("linxia")


def obstacle(application: str, item: str, who: Who, by: Actor) -> str:
    number = view_of(application, by).case(item).number
    view = get_coordination(application, by=who("market-approver"))
    return next(one.obstacle for one in view.members if one.number == number)


def test_the_lead_agency_sees_what_each_member_waits_for_and_nobody_elses_data(
    lead: Client, submitted: str, linxia: Actor, who: Who
) -> None:
    assert f"/counter/bundles/{submitted}/" in text(lead.get("/counter/bundles/"))
    page = text(lead.get(f"/counter/bundles/{submitted}/"))
    assert "等窗口受理。" in page
    assert page.count("等「营业执照」办结。") == 4
    assert "林某" in page
    assert "林夏<" not in page
    assert "990102-2026-00318" not in page
    assert browser_of("food-approver").get(f"/counter/bundles/{submitted}/").status_code == 403
    assert lead.get("/counter/bundles/1234567/").status_code == 404
    assert submitted not in text(browser_of("food-approver").get("/counter/bundles/"))


def test_what_blocks_a_member_is_said_in_a_sentence(permit: str, linxia: Actor, who: Who) -> None:
    application = permit.rpartition("-")[0]
    examiner = who("food-examiner")
    assert obstacle(application, "food-permit", who, linxia) == "等承办人审查。"
    tell_hearing(number=permit, words="拟不予", seen=None, by=examiner)
    assert obstacle(application, "food-permit", who, linxia) == "等「听证」结束。"
    due_on = add_working_days(clock.today(), 3)
    find_defect(number=permit, words="水池", due_on=due_on, seen=None, by=examiner)
    assert obstacle(application, "food-permit", who, linxia) == f"等申请人整改，{due_on} 前。"


def test_a_member_is_nudged_once_a_day_and_its_agency_is_told(
    lead: Client, her: Client, permit: str, linxia: Actor, who: Who
) -> None:
    application = permit.rpartition("-")[0]
    page = f"/counter/bundles/{application}/"
    empty = lead.post(page, {"member": permit, f"words-{permit}": " "})
    assert (empty.status_code, "请填写请对方办什么。" in text(empty)) == (422, True)
    assert lead.post(page, {"member": permit, f"words-{permit}": "请安排现场核查"}).status_code == 302
    assert f"{clock.today()} 催过" in text(lead.get(page))
    again = lead.post(page, {"member": permit, f"words-{permit}": "再催"})
    assert (again.status_code, "今天已经催过这一件" in text(again)) == (409, True)
    (entry,) = timeline(case_numbers=[permit], kinds=["case.nudged.v1"])
    assert entry.content["told"] == ["lanchuan.approval"]
    assert entry.kind in TOLD_AGENCIES
    assert "牵头部门催办" in text(her.get(f"/my/applications/{application}/"))
    waiting = view_of(application, linxia).case("fire-check").number
    assert lead.post(page, {"member": waiting, f"words-{waiting}": "请受理"}).status_code == 302
    (second,) = timeline(case_numbers=[waiting], kinds=["case.nudged.v1"])
    assert second.content["told"] == ["lanchuan.center"]
    assert lead.post(page, {"member": "别的"}).status_code == 404
    ended = view_of(application, linxia).case("business-licence").number
    late = lead.post(page, {"member": ended, f"words-{ended}": "催"})
    assert (late.status_code, "这一件已经办结，不用再催。" in text(late)) == (409, True)


def test_when_a_member_is_withdrawn_the_others_go_on_or_say_that_they_cannot(
    lead: Client, her: Client, submitted: str, linxia: Actor
) -> None:
    page = f"/my/applications/{submitted}/"
    withdraw_case(number=view_of(submitted, linxia).case("drainage-permit").number, seen=None, by=linxia)
    assert "「城镇污水排入排水管网许可」：已撤回。其他几件照常办，不受影响。" in text(her.get(page))
    withdraw_case(number=view_of(submitted, linxia).case("business-licence").number, seen=None, by=linxia)
    shown = text(her.get(page))
    assert (
        "要等它办成的食品经营许可、公众聚集场所投入使用、营业前消防安全检查、户外招牌设置指导办不下去"
        in shown
    )
    assert "「营业执照」没有办成，这一件办不下去" in text(lead.get(f"/counter/bundles/{submitted}/"))
    assert "有的办不下去" in text(lead.get("/counter/bundles/"))
    for item in ("food-permit", "fire-check", "signboard-guidance"):
        withdraw_case(number=view_of(submitted, linxia).case(item).number, seen=None, by=linxia)
    assert view_of(submitted, linxia).state == "closed"
    assert "全部办结：5 件里办成 0 件，没有办成 5 件。" in text(her.get(page))


def test_partial_success_is_told_in_plain_words(her: Client, permit: str, linxia: Actor, who: Who) -> None:
    application = permit.rpartition("-")[0]
    examine(number=permit, proposes="refused", words="布局不合规定", seen=None, by=who("food-examiner"))
    decide(number=permit, result="refused", words="布局不合规定", seen=None, by=who("food-approver"))
    page = f"/my/applications/{application}/"
    assert "「食品经营许可」：已办结：不予许可。其他几件照常办，不受影响。" in text(her.get(page))
    for item in ("fire-check", "signboard-guidance", "drainage-permit"):
        withdraw_case(number=view_of(application, linxia).case(item).number, seen=None, by=linxia)
    ended = text(her.get(page))
    assert "全部办结：5 件里办成 1 件，没有办成 4 件。办成的照样有效" in ended
