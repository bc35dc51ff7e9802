"""Submitting, telling once, supplying, accepting."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.cases.conftest import Who, view_of
from tests.documents.test_upload import PNG
from tongban.cases.access import own_application
from tongban.cases.api import (
    accept_case,
    acknowledge_notice,
    attach_document,
    decide,
    get_application,
    prepare_application,
    refuse_acceptance,
    save_answers,
    settle_due,
    submit_application,
    supply,
    tell_once,
    withdraw_case,
)
from tongban.cases.models import Handed, Supplement
from tongban.clocks.api import add_working_days, take_up_what_counts
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed
from tongban.packs.api import content_held


def kinds(number: str) -> list[str]:
    return [entry.kind for entry in timeline(case_numbers=[number, f"{number}-01", f"{number}-02"])]


def test_submitting_opens_a_case_for_each_member_with_its_terms_pinned(submitted: str, linxia: Actor) -> None:
    view = view_of(submitted, linxia)
    assert [case.item.code for case in view.cases] == [item.code for item in view.guide.items]
    assert {case.state for case in view.cases} == {"submitted"}
    opened = timeline(case_numbers=[case.number for case in view.cases], kinds=["case.opened.v1"])
    assert len(opened) == len(view.cases)
    assert all(entry.content["promised"] for entry in opened)


def test_submitting_twice_changes_nothing(submitted: str, linxia: Actor) -> None:
    before = kinds(submitted)
    submit_application(number=submitted, seen=1, by=linxia)
    assert kinds(submitted) == before


@pytest.mark.parametrize("with_version", [True, False])
def test_a_second_click_that_began_before_the_first_was_done_changes_nothing(
    filled: str, linxia: Actor, monkeypatch: pytest.MonkeyPatch, *, with_version: bool
) -> None:
    draft = own_application(filled, linxia)
    seen = draft.version if with_version else None
    submit_application(number=filled, seen=seen, by=linxia)
    after = view_of(filled, linxia).version
    monkeypatch.setattr("tongban.cases.actions.submit.own_application", lambda _number, _by: draft)
    submit_application(number=filled, seen=seen, by=linxia)
    assert len(view_of(filled, linxia).cases) == 5
    assert view_of(filled, linxia).version == after


def test_what_is_missing_is_told_all_at_once(fetched: str, linxia: Actor) -> None:
    with pytest.raises(BadInput) as bad:
        submit_application(number=fetched, seen=None, by=linxia)
    for part in (
        "请填写「店的全名」",
        "请确认",
        "请上传「经营场所布局和操作流程图」",
        "请上传「排水平面图」",
    ):
        assert part in str(bad.value)
    assert view_of(fetched, linxia).state == "preparing"


def test_a_draft_changed_in_another_window_is_not_submitted_blindly(filled: str, linxia: Actor) -> None:
    with pytest.raises(StaleObject) as stale:
        submit_application(number=filled, seen=99, by=linxia)
    assert stale.value.status == 409
    assert view_of(filled, linxia).state == "preparing"


def test_the_window_tells_once_for_all_members(submitted: str, linxia: Actor, clerk: Actor) -> None:
    tell_once(
        number=submitted,
        reasons={"floor-plan": "标出消毒间", "drain-plan": "标出隔油池"},
        seen=None,
        by=clerk,
    )
    view = view_of(submitted, linxia)
    assert view.state == "supplementing"
    assert view.supplement
    assert [line["material"] for line in view.supplement.lines] == ["floor-plan", "drain-plan"]
    with pytest.raises(Conflict, match="补正材料"):
        accept_case(number=view.cases[0].number, seen=None, by=clerk)
    with pytest.raises(Conflict, match="还没有补齐"):
        supply(number=submitted, seen=None, by=linxia)
    for material in ("floor-plan", "drain-plan"):
        attach_document(number=submitted, material=material, name="图.png", data=PNG, by=linxia)
    supply(number=submitted, seen=None, by=linxia)
    assert view_of(submitted, linxia).state == "submitted"
    with pytest.raises(NotAllowed, match="第三十二条"):
        tell_once(number=submitted, reasons={"floor-plan": "再改"}, seen=None, by=clerk)


def test_after_acceptance_nothing_more_may_be_asked_for(submitted: str, linxia: Actor, clerk: Actor) -> None:
    accept_case(number=view_of(submitted, linxia).cases[0].number, seen=None, by=clerk)
    with pytest.raises(NotAllowed, match="已受理，不能再要求补正.*第三十二条"):
        tell_once(number=submitted, reasons={"floor-plan": "x"}, seen=None, by=clerk)


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [({}, "至少选择一份"), ({"nonsense": "x"}, "不需要这些材料"), ({"floor-plan": "  "}, "要补什么")],
)
def test_a_notice_says_what_is_missing_and_why(
    submitted: str, clerk: Actor, linxia: Actor, reasons: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        tell_once(number=submitted, reasons=reasons, seen=None, by=clerk)
    assert view_of(submitted, linxia).supplement is None


def test_the_second_of_two_clerks_is_told(submitted: str, clerk: Actor, who: Who) -> None:
    seen = get_application(submitted, by=clerk).version
    tell_once(number=submitted, reasons={"floor-plan": "x"}, seen=seen, by=clerk)
    with pytest.raises(StaleObject) as stale:
        tell_once(number=submitted, reasons={"drain-plan": "y"}, seen=seen, by=who("clerk2"))
    assert (stale.value.seen, stale.value.current) == (seen, seen + 1)


def test_the_licence_comes_first_and_the_others_side_by_side(
    licensed: str, linxia: Actor, clerk: Actor
) -> None:
    view = view_of(licensed, linxia)
    assert view.firm_name == "青石区林夏小馆"
    assert view.material("business-licence-copy").outcome == "fetched"
    for case in view.cases[1:]:
        accept_case(number=case.number, seen=None, by=clerk)
    view = view_of(licensed, linxia)
    assert {case.state for case in view.cases[1:]} == {"accepted"}
    dues = {case.item.code: case.promised_due_on for case in view.cases[1:]}
    assert dues["fire-check"] == add_working_days(clock.today(), 1)
    assert dues["food-permit"] == add_working_days(clock.today(), 6)


def test_a_case_that_waits_for_another_decision_is_not_accepted(
    submitted: str, linxia: Actor, clerk: Actor
) -> None:
    with pytest.raises(Conflict, match="要先办结「营业执照」"):
        accept_case(number=view_of(submitted, linxia).case("food-permit").number, seen=None, by=clerk)


def test_only_the_window_accepts(submitted: str, linxia: Actor, who: Who) -> None:
    number = view_of(submitted, linxia).cases[0].number
    for name in ("clerk3", "registration-approver", "linxia"):
        with pytest.raises(NotAllowed, match="澜川市政务服务中心的窗口收件人员"):
            accept_case(number=number, seen=None, by=who(name))


def test_if_nobody_speaks_in_five_working_days_the_case_counts_as_accepted_from_the_first_day(
    licensed: str, linxia: Actor
) -> None:
    case = view_of(licensed, linxia).case("food-permit")
    today = clock.today()
    assert case.acceptance_due_on == add_working_days(today, 5)
    due = case.acceptance_due_on
    assert due
    later = clock.now() + (due - today) + timedelta(days=1)
    with clock.fixed(later):
        assert settle_due() == 1
        settle_due()
        after = view_of(licensed, linxia).case("food-permit")
    assert (after.state, after.accepted_on) == ("accepted", today)
    deemed = timeline(case_numbers=[case.number], kinds=["case.deemed-accepted.v1"])
    assert len(deemed) == 1
    assert clock.local(deemed[0].occurred_at).date() == due
    assert "第三十二条" in deemed[0].basis


def test_on_the_last_day_nothing_is_deemed_yet(licensed: str, linxia: Actor) -> None:
    due = view_of(licensed, linxia).case("food-permit").acceptance_due_on
    assert due
    with clock.fixed(clock.now() + (due - clock.today())):
        assert view_of(licensed, linxia).case("food-permit").state == "submitted"


def test_a_registration_is_never_deemed_accepted(submitted: str, linxia: Actor) -> None:
    with clock.fixed(clock.now() + timedelta(days=60)):
        settle_due()
        assert view_of(submitted, linxia).case("business-licence").state == "submitted"


def test_refusing_acceptance_needs_a_reason_and_ends_the_case(
    licensed: str, linxia: Actor, clerk: Actor
) -> None:
    number = view_of(licensed, linxia).case("fire-check").number
    with pytest.raises(BadInput, match="理由"):
        refuse_acceptance(number=number, reason=" ", seen=None, by=clerk)
    refuse_acceptance(
        number=number, reason="建筑面积在免于检查的范围内，依法不需要许可。", seen=None, by=clerk
    )
    assert view_of(licensed, linxia).case("fire-check").final


def test_a_person_may_withdraw_until_the_decision(permit: str, linxia: Actor, who: Who) -> None:
    with pytest.raises(Exception, match="不属于您"):
        withdraw_case(number=permit, seen=None, by=who("xunian"))
    withdraw_case(number=permit, seen=None, by=linxia)
    assert view_of(permit, linxia).case("food-permit").state == "withdrawn"
    with pytest.raises(Conflict, match="不能再做"):
        withdraw_case(number=permit, seen=None, by=linxia)


def test_when_every_case_has_ended_the_application_closes(
    licensed: str, linxia: Actor, clerk: Actor, who: Who
) -> None:
    view = view_of(licensed, linxia)
    for code in ("food-permit", "fire-check", "drainage-permit"):
        withdraw_case(number=view.case(code).number, seen=None, by=linxia)
    guidance = view.case("signboard-guidance").number
    accept_case(number=guidance, seen=None, by=clerk)
    decide(number=guidance, result="advised", words="高度不超过一米二", seen=None, by=who("urban-adviser"))
    assert view_of(licensed, linxia).state == "closed"
    assert "application.closed.v1" in [entry.kind for entry in timeline(case_numbers=[licensed])]


def test_a_certificate_that_the_library_gave_is_not_asked_for(submitted: str, clerk: Actor) -> None:
    Handed.objects.filter(application=submitted, material="business-licence-copy").update(
        outcome="fetched", state="ready"
    )
    reasons = {"business-licence-copy": "请交复印件", "floor-plan": "看不清"}
    with pytest.raises(BadInput, match="不能再要求提交") as caught:
        tell_once(number=submitted, reasons=reasons, seen=None, by=clerk)
    assert caught.value.field == "reason-business-licence-copy"
    assert not Supplement.objects.filter(pk=submitted).exists()
    tell_once(number=submitted, reasons={"floor-plan": "看不清"}, seen=None, by=clerk)


def test_a_certificate_that_nobody_holds_may_be_asked_for(submitted: str, clerk: Actor) -> None:
    tell_once(number=submitted, reasons={"business-licence-copy": "没有查到"}, seen=None, by=clerk)
    assert Supplement.objects.filter(pk=submitted).exists()


def test_submitting_and_accepting_cost_few_statements(
    linxia: Actor, clerk: Actor, django_assert_max_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    """The first application reads the content, the second one finds it remembered; two statements are the test's own."""
    for to_submit, to_accept in ((20, 20), (10, 9)):
        number = prepare_application(bundle="open-information", by=linxia)
        acknowledge_notice(number=number, by_hand=(), by=linxia)
        answers = {"info-wanted": "示例文件", "info-form": "电子邮件", "contact-phone": "16099010001"}
        save_answers(number=number, answers=answers, by=linxia)
        with content_held(take_up_what_counts()):
            with django_assert_max_num_queries(to_submit):
                submit_application(number=number, seen=None, by=linxia)
            with django_assert_max_num_queries(to_accept):
                accept_case(number=f"{number}-01", seen=None, by=clerk)
