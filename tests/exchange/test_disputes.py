"""Disputes in three tiers, each with its clock; what a tier shares is granted with it."""

from datetime import timedelta

import pytest

from tests.exchange.sharing import ASKER, OFFICER, OWNER, after_limit, answer, ask, paper
from tongban.clocks.api import add_working_days
from tongban.exchange.api import (
    DisputeView,
    RequestView,
    answer_dispute,
    file_assessment,
    get_request,
    open_disputes,
    raise_dispute,
    what_is_late,
    withdraw_dispute,
)
from tongban.exchange.models import Grant
from tongban.identity.api import find_actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
REASON = "没有这两项就不能核对承租人，食品安全法要求审查。"


def view(request: int, by: str = ASKER) -> RequestView:
    return get_request(request, by=find_actor(by))


@pytest.fixture
def refused() -> int:
    request = ask()
    answer(request, refused=("lessor", "use"))
    return request


def dispute(request: int) -> DisputeView:
    raise_dispute(request=request, items=["lessor", "use"], reason=REASON, seen=None, by=find_actor(ASKER))
    return view(request).disputes[-1]


def settle(one: DisputeView, shared: list[str], *, by: str, **more: object) -> None:
    given: dict[str, object] = {
        "conditions": ["duty-subject"] if shared else [],
        "words": "协商的结果。",
        "document": None,
        "seen": None,
        **more,
    }
    answer_dispute(dispute=one.id, shared=shared, by=find_actor(by), **given)  # type: ignore[arg-type]


def test_what_the_agencies_agree_on_is_granted_and_the_rest_goes_up_tier_by_tier(refused: int) -> None:
    first = dispute(refused)
    assert (first.tier, first.due_on) == (1, add_working_days(clock.today(), 10))
    assert open_disputes(find_actor(OFFICER)) == []
    settle(first, ["lessor"], by=OWNER)
    grant = Grant.objects.get(pk=view(refused).grant)
    assert grant.items == ["lessor"]
    assert view(refused).row.state == "part"
    raise_dispute(request=refused, items=["use"], reason="仍然需要。", seen=None, by=find_actor(ASKER))
    (second, row) = open_disputes(find_actor(OFFICER))[0]
    assert (second.tier, second.items, row.id) == (2, ("use",), refused)
    assert second.reading.limit.amount == 15
    settle(second, [], by=OFFICER)
    raise_dispute(request=refused, items=["use"], reason="请政府决定。", seen=None, by=find_actor(ASKER))
    third = view(refused).disputes[-1]
    settle(third, ["use"], by=OFFICER, document=paper("决定.pdf"))
    assert Grant.objects.get(pk=grant.code).items == ["lessor", "use"]
    held = view(refused)
    assert held.row.state == "granted"
    assert [one.outcome for one in held.disputes] == ["part", "kept", "shared"]
    assert [item.tier for item in held.items] == [1, 3]


def test_the_government_decides_last_and_with_a_paper(refused: int) -> None:
    for by in (OWNER, OFFICER):
        settle(dispute(refused), [], by=by)
    last = dispute(refused)
    with pytest.raises(BadInput, match="决定文件"):
        settle(last, [], by=OFFICER)
    settle(last, [], by=OFFICER, document=paper("决定.pdf"))
    with pytest.raises(Conflict, match="已经决定"):
        dispute(refused)
    assert "dispute" not in view(refused).verbs


def test_an_owner_who_does_not_answer_in_time_can_be_disputed_and_passed_over() -> None:
    request = ask()
    with pytest.raises(BadInput, match="超期没有答复"):
        dispute(request)
    with after_limit(view(request).row.due_on):
        assert "dispute" in view(request).verbs
        first = dispute(request)
        with pytest.raises(Conflict, match="还在处理"):
            dispute(request)
        with after_limit(first.due_on):
            second = dispute(request)
            assert (second.tier, view(request).disputes[0].outcome) == (2, "kept")
            settle(second, ["lessor", "use"], by=OFFICER)
            assert view(request).row.state == "granted"


def test_items_that_the_catalogue_refuses_are_asked_for_by_dispute_alone() -> None:
    terms = {"resource": "health-certificate", "items": ["finding"], "bases": ["food-workers-health"]}
    request = ask(**terms, dispute="只核对结论是不是合格。")  # type: ignore[arg-type]
    held = view(request)
    assert (held.row.state, held.items[0].ground) == ("refused", held.items[0].ground)
    assert held.items[0].ground
    assert held.disputes[0].reason == "只核对结论是不是合格。"
    settle(held.disputes[0], ["finding"], by="health-owner")
    assert Grant.objects.get(pk=view(request).grant).items == ["finding"]


def test_a_tier_shares_sensitive_items_only_with_an_assessment() -> None:
    request = ask(resource="health-certificate", items=["certificate_no"], bases=["food-workers-health"])
    answer(request, by="health-owner", refused=("certificate_no",))
    raise_dispute(request=request, items=["certificate_no"], reason=REASON, seen=None, by=find_actor(ASKER))
    one = view(request).disputes[0]
    with pytest.raises(BadInput, match="影响评估"):
        settle(one, ["certificate_no"], by="health-owner")
    words = {"necessity": "必要。", "risks": "可控。", "measures": "只核对。"}
    file_assessment(request=request, **words, document=paper(), by=find_actor("health-owner"))
    settle(one, ["certificate_no"], by="health-owner")


def test_each_tier_is_answered_by_who_it_belongs_to_once_and_under_the_law(refused: int) -> None:
    one = dispute(refused)
    for stranger in (ASKER, OFFICER, "land-owner"):
        with pytest.raises(NotAllowed):
            settle(one, ["use"], by=stranger)
    with pytest.raises(BadInput, match="不能自己加"):
        settle(one, ["use"], by=OWNER, conditions=["自己加的"])
    with pytest.raises(BadInput, match="只能处理"):
        settle(one, ["area"], by=OWNER)
    with pytest.raises(BadInput, match="写明理由"):
        settle(one, ["use"], by=OWNER, words=" ")
    settle(one, ["use"], by=OWNER)
    with pytest.raises(Conflict, match="已经处理过"):
        settle(one, ["use"], by=OWNER)
    second = dispute(refused)
    for stranger in (OWNER, ASKER, "cio"):
        with pytest.raises(NotAllowed):
            settle(second, [], by=stranger)


def test_the_asker_lets_a_dispute_go_and_it_is_over(refused: int) -> None:
    one = dispute(refused)
    with pytest.raises(NotAllowed):
        withdraw_dispute(dispute=one.id, seen=None, by=find_actor(OWNER))
    withdraw_dispute(dispute=one.id, seen=None, by=find_actor(ASKER))
    with pytest.raises(Conflict, match="已经结束"):
        dispute(refused)
    with pytest.raises(Conflict, match="已经处理过"):
        withdraw_dispute(dispute=one.id, seen=None, by=find_actor(ASKER))
    with clock.fixed(clock.now() + timedelta(days=300)):
        assert "dispute" not in view(refused).verbs


def test_a_tier_that_nobody_answers_in_time_is_late_with_who_should_have(refused: int) -> None:
    first = dispute(refused)
    assert [one for one in what_is_late() if one.what == "dispute"] == []
    with clock.fixed(clock.now() + timedelta(days=60)):
        (late,) = [one for one in what_is_late() if one.what == "dispute"]
    assert (late.key, late.agency, late.resource) == (str(first.id), "lanchuan.housing", "lease-filing")
    assert late.due_on == first.due_on
    assert late.basis
