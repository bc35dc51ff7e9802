"""An objection is raised once, answered in time by the agency, and never by the one whose use it questions."""

from uuid import UUID, uuid4

import pytest

from tests.cases.conftest import *  # noqa: F403 - somebody with an application
from tests.cases.conftest import Who, view_of
from tests.conftest import Speaking
from tongban.clocks.api import due_before, due_day, limit_of
from tongban.exchange.api import (
    answer_objection,
    get_objection,
    objections_to,
    open_objections,
    raise_objection,
)
from tongban.journal.api import Actor, StaleObject, drain, footprint, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound


@pytest.fixture
def viewed(submitted: str, clerk: Actor, linxia: Actor, speaking_as: Speaking) -> UUID:
    """The entry of the clerk's opening of her application, placed."""
    view_of(submitted, clerk)
    with speaking_as("sequencer"):
        drain()
    assert linxia.person
    (trace,) = footprint(linxia.person, kinds=["application.viewed.v1"])
    return trace.act.id


def test_an_objection_is_journalled_once_with_its_day_due(viewed: UUID, linxia: Actor) -> None:
    first = raise_objection(entry=viewed, reason=" 我没有办过这件事 ", by=linxia)
    assert raise_objection(entry=viewed, reason="我没有办过这件事", by=linxia) == first
    raised = timeline(objects=[f"objection:{first}"])
    assert [entry.kind for entry in raised] == ["objection.raised.v1"]
    due_on = due_day(limit_of("objection-answer", on=clock.today()), clock.today())
    assert raised[0].content["due_on"] == due_on.isoformat()
    assert "我没有" not in str(raised[0])
    assert (f"objection:{first}", "answer", due_on) in due_before(due_on.replace(year=due_on.year + 1))


def test_a_second_objection_in_other_words_is_told_of_the_first(viewed: UUID, linxia: Actor) -> None:
    raise_objection(entry=viewed, reason="不对", by=linxia)
    with pytest.raises(Conflict, match="已经对这一条提出过异议"):
        raise_objection(entry=viewed, reason="还是不对", by=linxia)


@pytest.mark.parametrize(("reason", "sentence"), [("  ", "请写明理由"), ("长" * 1001, "现在是 1001 字")])
def test_an_objection_needs_a_reason_of_some_length(
    viewed: UUID, linxia: Actor, reason: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        raise_objection(entry=viewed, reason=reason, by=linxia)
    assert caught.value.field == "reason"


def test_nobody_objects_to_what_is_not_about_them(
    viewed: UUID, linxia: Actor, clerk: Actor, who: Who
) -> None:
    for entry, by in ((viewed, who("xunian")), (uuid4(), linxia)):
        with pytest.raises(NotFound, match="没有这一条"):
            raise_objection(entry=entry, reason="不对", by=by)
    with pytest.raises(NotAllowed, match="只有本人"):
        raise_objection(entry=viewed, reason="不对", by=clerk)


def test_a_colleague_answers_and_the_day_due_is_cleared(viewed: UUID, linxia: Actor, who: Who) -> None:
    objection = raise_objection(entry=viewed, reason="不对", by=linxia)
    (waiting,) = open_objections(who("clerk2"))
    assert (waiting.id, waiting.state, waiting.verified) == (objection, "waiting", False)
    answer_objection(
        objection=objection,
        outcome="explained",
        words="您当天来窗口交了材料",
        seen=waiting.version,
        by=who("clerk2"),
    )
    assert linxia.person
    held = objections_to(linxia.person, [viewed])[viewed]
    assert (held.state, held.answer) == ("explained", "您当天来窗口交了材料")
    assert open_objections(who("clerk2")) == []
    left = due_before(held.due_on.replace(year=held.due_on.year + 1))
    assert not [on for on, _what, _day in left if on.startswith("objection:")]
    answered = timeline(objects=[f"objection:{objection}"])[-1]
    assert (answered.kind, answered.actor) == ("objection.answered.v1", "officer:LC-ZX-002")
    with pytest.raises(Conflict, match="已经答复过"):
        answer_objection(objection=objection, outcome="upheld", words="又一次", seen=None, by=who("clerk2"))


@pytest.mark.parametrize(
    ("name", "outcome", "sentence"),
    [
        ("clerk1", "explained", "您本人的这次使用"),
        ("food-examiner", "explained", "不属于那个部门"),
        ("linxia", "explained", "不属于那个部门"),
        ("clerk2", "", "请选择"),
    ],
)
def test_who_may_not_answer_and_what_is_missing_is_said(
    viewed: UUID, linxia: Actor, who: Who, name: str, outcome: str, sentence: str
) -> None:
    objection = raise_objection(entry=viewed, reason="不对", by=linxia)
    with pytest.raises((NotAllowed, BadInput), match=sentence):
        answer_objection(objection=objection, outcome=outcome, words="因为", seen=None, by=who(name))
    assert len(open_objections(who("clerk2"))) == 1


def test_an_answer_from_a_stale_page_changes_nothing(viewed: UUID, linxia: Actor, who: Who) -> None:
    objection = raise_objection(entry=viewed, reason="不对", by=linxia)
    with pytest.raises(StaleObject):
        answer_objection(objection=objection, outcome="explained", words="因为", seen=9, by=who("clerk2"))
    assert get_objection(objection, by=who("clerk2")).state == "waiting"


def test_another_agency_does_not_see_it(viewed: UUID, linxia: Actor, who: Who) -> None:
    objection = raise_objection(entry=viewed, reason="不对", by=linxia)
    assert open_objections(who("food-examiner")) == []
    with pytest.raises(NotFound):
        get_objection(objection, by=who("food-examiner"))
