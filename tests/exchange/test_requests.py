"""An agency asks for data: granted at once, answered item by item, late, returned, withdrawn, renewed, handed back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.sharing import ASKER, HEALTH, OFFICER, OWNER, after_limit, answer, ask, paper
from tongban.clocks.api import add_working_days, due_before
from tongban.exchange.api import (
    ItemAnswer,
    RequestView,
    answer_share,
    answered_requests,
    file_assessment,
    find_terms,
    get_grant,
    get_request,
    my_requests,
    return_grant,
    stop_grant,
    supplement_request,
    tell_missing,
    waiting_requests,
    withdraw_request,
)
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.journal.api import StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadAnswers, BadInput, Conflict, NotAllowed, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


def view(request: int, by: str = ASKER) -> RequestView:
    return get_request(request, by=find_actor(by))


def kinds(request: int) -> list[str]:
    return [entry.kind for entry in timeline(objects=view(request).objects)]


def test_what_is_shared_unconditionally_is_granted_in_the_same_act() -> None:
    request = ask(resource="fire-acceptance", items=["filing_no", "conclusion"])
    held = view(request)
    assert (held.row.state, held.grant) == ("granted", f"request-{request:06d}")
    grant = Grant.objects.get(pk=held.grant)
    assert (grant.consumer, grant.items, grant.valid_to) == (
        "lanchuan.approval",
        ["filing_no", "conclusion"],
        held.valid_to,
    )
    assert grant.cites[0]["article"] == "第三十五条"
    assert grant.source == "edit:LC-SP-006"
    assert kinds(request) == ["sharing.asked.v1", "grant.made.v1"]
    assert waiting_requests(find_actor(OWNER)) == []


def test_conditional_items_wait_and_the_rest_of_the_same_request_does_not() -> None:
    request = ask(resource="population", items=["name", "address"])
    held = view(request)
    assert [(item.code, item.state) for item in held.items] == [("name", "granted"), ("address", "waiting")]
    assert Grant.objects.get(pk=held.grant).items == ["name"]
    assert held.reading.limit.amount == 10
    assert held.row.due_on == add_working_days(clock.today(), 10)
    assert not held.verified
    answer(request, by="police-owner")
    assert Grant.objects.get(pk=held.grant).items == ["name", "address"]
    assert kinds(request)[-1] == "grant.widened.v1"
    assert view(request).row.state == "granted"


def test_the_owner_answers_each_item_and_the_clock_stops_with_its_sum() -> None:
    request = ask()
    answer(request, refused=("use",))
    held = view(request)
    assert held.row.state == "part"
    granted, refused = held.items
    assert granted.conditions[0][0] == "限于法定职责必需，只读与办件有关的人"
    assert refused.ground
    assert str(refused.ground[1]) == "《个人信息保护法》第三十四条"
    assert refused.reason == "与用途无关。"
    assert Grant.objects.get(pk=held.grant).items == ["lessor"]
    assert held.reading.stopped
    assert sum(line.counted for line in held.reading.lines) == held.reading.used
    assert not due_before(clock.today() + timedelta(days=90), what=["answer"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (ItemAnswer("refuse", ground="", reason="不"), "ground.use"),
        (ItemAnswer("refuse", ground="privacy", reason="不"), "ground.use"),
        (ItemAnswer("refuse", ground="beyond-duty", reason="  "), "reason.use"),
        (ItemAnswer("grant"), "conditions.use"),
        (ItemAnswer("grant", conditions=("我们自己加的条件",)), "conditions.use"),
        (ItemAnswer(""), "result.use"),
    ],
)
def test_no_refusal_without_ground_and_no_condition_of_ones_own(given: ItemAnswer, field: str) -> None:
    request = ask()
    answers = {"lessor": ItemAnswer("grant", conditions=("duty-subject",)), "use": given}
    with pytest.raises(BadAnswers) as bad:
        answer_share(request=request, answers=answers, seen=None, by=find_actor(OWNER))
    assert list(bad.value.problems) == [field]
    assert not Grant.objects.filter(pk=f"request-{request:06d}").exists()
    assert view(request).row.state == "asked"


def test_only_the_owner_answers_and_only_what_was_asked() -> None:
    request = ask()
    for stranger in (ASKER, "land-owner", OFFICER, "housing-approver"):
        with pytest.raises(NotAllowed):
            answer_share(request=request, answers={}, seen=None, by=find_actor(stranger))
    beyond = {"monthly_rent": ItemAnswer("grant", conditions=("duty-subject",))}
    with pytest.raises(BadInput, match="只能答复"):
        answer_share(request=request, answers=beyond, seen=None, by=find_actor(OWNER))


def test_other_agencies_do_not_learn_of_a_request() -> None:
    request = ask()
    for stranger in ("land-owner", "housing-approver", "clerk1"):
        with pytest.raises(NotFound):
            view(request, stranger)
    assert my_requests(find_actor("land-owner")) == []
    assert view(request, OFFICER).verbs == frozenset()


def test_a_form_pressed_twice_asks_once_and_an_answer_pressed_twice_is_refused() -> None:
    token = uuid4()
    assert ask(token=token) == ask(token=token)
    (row,) = my_requests(find_actor(ASKER))
    seen = view(row.id).version
    answer(row.id, seen=seen)
    with pytest.raises(StaleObject):
        answer_share(request=row.id, answers={}, seen=seen, by=find_actor(OWNER))
    with pytest.raises(Conflict, match="已经答复过"):
        answer_share(request=row.id, answers={}, seen=None, by=find_actor(OWNER))


def test_the_same_purpose_is_not_asked_for_twice() -> None:
    request = ask()
    with pytest.raises(Conflict, match="正在等答复"):
        ask()
    answer(request)
    with pytest.raises(Conflict, match="已经有同一用途的授权"):
        ask(items=["area"])
    assert ask(purpose="核对装修情况")


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"items": []}, "items", "至少选一个"),
        ({"items": ["lessor", "no_such_item"]}, "items", "没有这些信息项：no_such_item"),
        ({"resource": "health-certificate", "items": ["finding"]}, "items", "不予共享，不能申请"),
        ({"purpose": " "}, "purpose", "写明用途"),
        ({"bases": []}, "bases", "履职依据"),
        ({"bases": ["fire-checking"]}, "bases", "只能从列出的"),
        ({"case_kinds": []}, "case_kinds", "至少选一类"),
        ({"approved_by": ""}, "approved_by", "负责人"),
        ({"quota": 0}, "quota", "整数"),
        ({"valid_to": None}, "valid_to", "到期日"),
        ({"approval": None}, "approval", "批准"),
        ({"agreement": None}, "agreement", "协议"),
        ({"approval": uuid4()}, "approval", "重新上传"),
        ({"subsystem": "GOV/lanchuan.fire/inspection"}, "subsystem", "不是贵部门登记的"),
    ],
)
def test_what_is_missing_is_told_at_its_field(more: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as bad:
        ask(**more)  # type: ignore[arg-type]
    assert bad.value.field == field
    assert my_requests(find_actor(ASKER)) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadAnswers) as bad:
        ask(purpose="", bases=[], approved_by="")
    assert set(bad.value.problems) == {"purpose", "bases", "approved_by"}


def test_one_does_not_ask_oneself_nor_without_the_post() -> None:
    with pytest.raises(Conflict, match="自己的资源"):
        ask(by=OWNER)
    with pytest.raises(NotAllowed, match="资源管理员"):
        ask(by="food-examiner")


def test_what_is_late_stands_first_and_is_said_to_be_late() -> None:
    first = ask()
    due = view(first).row.due_on
    with after_limit(due):
        second = ask(purpose="核对装修情况")
        rows = waiting_requests(find_actor(OWNER))
        assert [(row.id, row.state) for row in rows] == [(first, "late"), (second, "asked")]
        assert waiting_requests(find_actor(OWNER), after=(due, first))[0].id == second
        assert view(first).reading.overdue
        answer(first)
        (entry,) = timeline(objects=[f"request:{first}"], kinds=["sharing.answered.v1"])
        assert entry.content["late"] is True


def test_what_is_missing_is_told_once_and_its_days_do_not_count() -> None:
    request = ask()
    due, owner = view(request).row.due_on, find_actor(OWNER)
    tell_missing(request=request, words="协议没有盖章。", seen=None, by=owner)
    held = view(request)
    assert (held.row.state, held.verbs) == ("returned", frozenset({"supplement", "withdraw"}))
    assert held.supplement_due_on == add_working_days(clock.today(), 5)
    with pytest.raises(Conflict, match="补齐以前不能答复"):
        answer(request)
    with clock.fixed(clock.now() + timedelta(days=7)):
        new = paper("盖章的协议.pdf")
        supplement_request(
            request=request,
            words="已盖章。",
            approval=None,
            agreement=new,
            seen=None,
            by=find_actor(ASKER),
        )
        held = view(request)
        assert (held.row.state, held.agreement) == ("asked", new)
        assert held.row.due_on == add_working_days(due, 5)
        assert any("补齐" in line.ground for line in held.reading.lines)
        with pytest.raises(Conflict, match="一次告知"):
            tell_missing(request=request, words="还缺。", seen=None, by=owner)


def test_the_asker_takes_back_what_waits_and_keeps_what_was_granted() -> None:
    request = ask(resource="population", items=["name", "address"])
    with pytest.raises(NotAllowed):
        withdraw_request(request=request, seen=None, by=find_actor("police-owner"))
    withdraw_request(request=request, seen=None, by=find_actor(ASKER))
    assert [item.state for item in view(request).items] == ["granted", "withdrawn"]
    with pytest.raises(Conflict, match="已经撤回"):
        answer(request, by="police-owner")
    assert Grant.objects.get(pk=view(request).grant).stopped_at is None


def test_sensitive_items_are_granted_only_with_an_assessment_on_file() -> None:
    request = ask(
        resource="health-certificate", items=["certificate_no", "valid_to"], bases=["food-workers-health"]
    )
    assert view(request, HEALTH).unassessed == {"certificate_no", "valid_to"}
    with pytest.raises(BadAnswers, match="影响评估"):
        answer(request, by=HEALTH)
    said = {
        "necessity": "核对健康证明是法定审查内容。",
        "risks": "泄露健康状况。",
        "measures": "只核对，不给原值。",
    }
    with pytest.raises(BadAnswers) as bad:
        file_assessment(request=request, **{**said, "risks": ""}, document=None, by=find_actor(HEALTH))
    assert set(bad.value.problems) == {"risks", "document"}
    with pytest.raises(NotAllowed):
        file_assessment(request=request, **said, document=paper("评估.pdf"), by=find_actor(ASKER))
    file_assessment(request=request, **said, document=paper("评估.pdf"), by=find_actor(HEALTH))
    (filed,) = view(request).assessments
    assert (filed.keep_until.year, filed.keep_until.month) == (clock.today().year + 3, clock.today().month)
    answer(request, by=HEALTH)
    assert view(request).row.state == "granted"


def test_a_grant_is_renewed_near_its_end_and_the_next_one_begins_the_day_after() -> None:
    first = ask(valid_to=clock.today() + timedelta(days=100))
    answer(first)
    held = get_grant(view(first).grant, by=find_actor(ASKER))
    assert "renew" not in held.verbs
    with pytest.raises(Conflict, match="还早"):
        ask(renews=held.code)
    assert held.valid_to
    with clock.fixed(clock.now() + timedelta(days=60)):
        assert "renew" in get_grant(held.code, by=find_actor(ASKER)).verbs
        second = ask(renews=held.code, purpose="别的用途", case_kinds=["drainage-permit"])
        with pytest.raises(Conflict, match="已经申请过"):
            ask(renews=held.code)
        answer(second)
        new = Grant.objects.get(pk=view(second).grant)
        assert new.valid_from == held.valid_to + timedelta(days=1)
        assert (new.purpose, new.case_kinds) == (held.purpose, ["food-permit"])


def test_a_grant_is_widened_by_the_items_that_are_granted_and_ends_as_before() -> None:
    first = ask()
    answer(first)
    code = view(first).grant
    second = ask(widens=code, items=["area", "starts_on"], valid_to=None)
    answer(second, refused=("starts_on",))
    grant = Grant.objects.get(pk=code)
    assert grant.items == ["lessor", "use", "area"]
    assert grant.valid_to == view(first).valid_to
    with pytest.raises(NotFound):
        ask(by="land-owner", widens=code)
    stop_grant(code, reason="超出用途使用", by=find_actor(OWNER))
    with pytest.raises(Conflict, match="重新申请"):
        ask(widens=code, items=["ends_on"])


def test_the_holder_hands_a_grant_back_and_it_is_over() -> None:
    request = ask()
    answer(request)
    code = view(request).grant
    with pytest.raises(NotFound):
        return_grant(code, reason="不用了", by=find_actor("land-owner"))
    with pytest.raises(BadInput):
        return_grant(code, reason=" ", by=find_actor(ASKER))
    return_grant(code, reason="改用别的办法核对", by=find_actor(ASKER))
    assert get_grant(code, by=find_actor(OWNER)).state == "stopped"
    with pytest.raises(Conflict):
        return_grant(code, reason="再交一次", by=find_actor(ASKER))


def test_what_people_are_told_stays_the_first_grant_of_an_agency() -> None:
    pair = ("lanchuan.approval", "lease-filing")
    before = find_terms([pair])[pair]
    answer(ask(items=["address"]))
    assert find_terms([pair])[pair] == before


def test_lists_ask_as_much_for_many_as_for_one() -> None:
    who, counts = find_actor(OWNER), []
    for purpose in ("甲用途", "乙用途", "丙用途"):
        answer(ask(purpose=purpose))
        ask(purpose=f"{purpose}之二")
        with CaptureQueriesContext(connection) as queries:
            assert waiting_requests(who)
            assert answered_requests(who)
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_grant_holds_the_quota_that_was_asked_or_the_smaller_one_that_was_given() -> None:
    first, second = ask(quota=500), ask(purpose="核对装修情况", quota=500)
    answer(first)
    assert Grant.objects.get(pk=view(first).grant).quota == 500
    answers = {one: ItemAnswer("grant", conditions=("duty-subject",)) for one in ("lessor", "use")}
    for quota in (0, 501):
        with pytest.raises(BadInput, match="每日次数") as bad:
            answer_share(request=second, answers=answers, seen=None, by=find_actor(OWNER), quota=quota)
        assert bad.value.field == "quota"
    answer_share(request=second, answers=answers, seen=None, by=find_actor(OWNER), quota=100)
    assert get_grant(view(second).grant, by=find_actor(ASKER)).quota == 100
