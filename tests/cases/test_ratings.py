"""Ratings: once a handling, freely, by the person alone; a bad one is talked about and answered for in time."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cases.conftest import Who, view_of
from tests.portals.public.test_public_pages import text
from tongban.cases.api import (
    answer_rating,
    bad_ratings,
    contact_rater,
    get_rating,
    item_figures,
    rate_again,
    rate_case,
    rating_levels,
    rating_of_case,
)
from tongban.clocks.api import add_working_days
from tongban.journal.api import Actor, StaleObject, timeline
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict, NotAllowed, NotFound

SignIn = Callable[[str], Client]


@pytest.fixture
def decided(licensed: str, linxia: Actor) -> str:
    return view_of(licensed, linxia).case("business-licence").number


@pytest.mark.django_db
def test_there_are_five_levels_and_the_two_worst_are_bad() -> None:
    assert [(one.level, one.bad) for one in rating_levels()] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
        (5, True),
    ]


def test_a_bad_rating_is_talked_about_then_answered_then_followed_once(
    decided: str, linxia: Actor, who: Who
) -> None:
    made = rate_case(number=decided, level=5, tags=["让我多跑了"], words="去了三次", by=linxia)
    officer = who("food-approver")
    (row,) = bad_ratings(officer)
    assert row.contact_due_on == add_working_days(clock.today(), 1)
    assert row.mend_due_on
    assert row.mend_due_on >= clock.today()
    assert row.mend_clock
    assert row.mend_clock.limit.amount == 15
    with pytest.raises(Conflict, match="请先联系评价人"):
        answer_rating(rating=made, outcome="mended", words="已改", seen=None, by=officer)
    with pytest.raises(Conflict, match="还没有答复"):
        rate_again(number=decided, level=1, words="", by=linxia)
    contact_rater(rating=made, words="电话核实", seen=None, by=officer)
    answer_rating(rating=made, outcome="mended", words="已改成网上提交", seen=None, by=officer)
    assert bad_ratings(officer) == []
    rate_again(number=decided, level=2, words="好多了", by=linxia)
    with pytest.raises(Conflict, match="只有一次"):
        rate_again(number=decided, level=3, words="", by=linxia)
    said = rating_of_case(decided, by=linxia)
    assert said
    assert (said.level, said.again_level, said.outcome) == (5, 2, "mended")
    kinds = [one.kind for one in timeline(case_numbers=[decided]) if one.kind.startswith("rating.")]
    assert kinds == ["rating.given.v1", "rating.contacted.v1", "rating.answered.v1", "rating.followed.v1"]
    assert "三次" not in str([one.content for one in timeline(case_numbers=[decided])])


def test_one_rating_for_one_handling_and_none_before_its_end(
    decided: str, licensed: str, linxia: Actor
) -> None:
    rate_case(number=decided, level=1, tags=["办得快"], words="", by=linxia)
    with pytest.raises(Conflict, match="已经评价过"):
        rate_case(number=decided, level=2, tags=[], words="", by=linxia)
    running = view_of(licensed, linxia).case("food-permit").number
    with pytest.raises(Conflict, match="还没有办结"):
        rate_case(number=running, level=1, tags=[], words="", by=linxia)


@pytest.mark.parametrize(
    ("level", "tags", "words", "sentence"),
    [
        (None, [], "", "请选一个满意程度"),
        (6, [], "", "请选一个满意程度"),
        (1, ["乱收费"], "", "不是「非常满意」的选项"),
        (1, [], "长" * 501, "最多写 500 个字"),
    ],
)
def test_nothing_is_chosen_for_anybody(
    decided: str, linxia: Actor, level: int | None, tags: list[str], words: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        rate_case(number=decided, level=level, tags=tags, words=words, by=linxia)


def test_nobody_rates_for_her(decided: str, clerk: Actor, who: Who) -> None:
    for other in (clerk, who("xunian")):
        with pytest.raises(NotFound):
            rate_case(number=decided, level=1, tags=[], words="", by=other)


def test_the_officer_who_handled_it_does_not_answer_for_it(decided: str, linxia: Actor, who: Who) -> None:
    made = rate_case(number=decided, level=4, tags=[], words="慢", by=linxia)
    for name in ("registration-examiner", "registration-approver"):
        with pytest.raises(NotAllowed, match="没有经办这一件的人员"):
            contact_rater(rating=made, words="x", seen=None, by=who(name))
    with pytest.raises(NotAllowed, match="澜川市行政审批局处理"):
        contact_rater(rating=made, words="x", seen=None, by=who("fire-approver"))
    with pytest.raises(NotFound):
        get_rating(made, by=who("fire-approver"))
    contact_rater(rating=made, words="x", seen=1, by=who("food-approver"))
    with pytest.raises(StaleObject):
        answer_rating(rating=made, outcome="explained", words="x", seen=1, by=who("food-examiner"))


def test_what_is_found_unfounded_does_not_count(decided: str, linxia: Actor, who: Who) -> None:
    made = rate_case(number=decided, level=5, tags=[], words="", by=linxia)
    before = item_figures("business-licence")
    assert (before.ratings, before.bad, before.open) == (1, 1, 1)
    officer = who("food-approver")
    contact_rater(rating=made, words="打错了", seen=None, by=officer)
    answer_rating(rating=made, outcome="unfounded", words="评价的是另一件事", seen=None, by=officer)
    after = item_figures("business-licence")
    assert (after.ratings, after.contacted_in_time, after.answered_in_time, after.open) == (0, 1, 1, 0)
    assert after.cases >= 1
    assert after.asked
    assert after.content is None  # too few to say


def test_the_page_offers_five_levels_with_none_chosen_and_a_way_out(decided: str, sign_in: SignIn) -> None:
    client = sign_in("linxia")
    page = text(client.get(f"/my/cases/{decided}/rating/"))
    assert page.count('type="radio"') == 5
    assert "checked" not in page
    assert "不评价，返回" in page
    empty = client.post(f"/my/cases/{decided}/rating/", {"words": "挺好"})
    assert empty.status_code == 422
    assert "挺好" in text(empty)
    sent = client.post(f"/my/cases/{decided}/rating/", {"level": "4", "tags": ["比承诺的慢", "一次办成"]})
    assert sent.status_code == 302
    page = text(client.get(f"/my/cases/{decided}/rating/"))
    assert "比承诺的慢" in page
    assert "一次办成" not in page
    assert "联系时限" in page
    assert "看我的评价" in text(client.get(f"/my/applications/{decided.rpartition('-')[0]}/"))


def test_the_agency_sees_what_is_due_and_answers_on_its_page(
    decided: str, linxia: Actor, sign_in: SignIn
) -> None:
    made = rate_case(number=decided, level=4, tags=[], words="等了很久", by=linxia)
    assert "请由本部门没有经办这一件的人员处理" in text(
        sign_in("registration-approver").get(f"/counter/ratings/{made}/")
    )
    officer = sign_in("food-approver")
    assert str(made) in text(officer.get("/counter/ratings/"))
    empty = officer.post(f"/counter/ratings/{made}/", {"verb": "contact", "words": ""})
    assert empty.status_code == 422
    assert (
        officer.post(f"/counter/ratings/{made}/", {"verb": "contact", "words": "已电话"}).status_code == 302
    )
    form = {"verb": "answer", "outcome": "explained", "words": "当天系统升级"}
    assert officer.post(f"/counter/ratings/{made}/", form).status_code == 302
    assert officer.post(f"/counter/ratings/{made}/", {"verb": "nothing"}).status_code == 404
    assert "当天系统升级" in text(sign_in("linxia").get(f"/my/cases/{decided}/rating/"))
