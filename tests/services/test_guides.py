"""Guides: figures computed from the pack, materials once, the right bundle found by people's own words."""

import pytest

from tongban.clocks.api import Span
from tongban.kernel.errors import NotFound
from tongban.services.api import bundles_with, check_eligibility, get_guide, get_items, list_bundles

pytestmark = pytest.mark.django_db


def test_the_promise_is_the_longest_chain_not_the_sum() -> None:
    guide = get_guide("open-restaurant")
    first = guide.item("business-licence").promised.amount
    others = [item.promised.amount for item in guide.items[1:]]
    assert guide.promised == Span(working_days=first + max(others))
    assert guide.promised.working_days < first + sum(others)


def test_working_days_and_days_are_summed_apart() -> None:
    guide = get_guide("start-company")
    units = {item.promised.unit for item in guide.items} | {
        item.legal.unit for item in guide.items if item.legal
    }
    assert units == {"working_day", "day"}
    for span, path in ((guide.promised, guide.promised_path), (guide.legal, guide.legal_path)):
        assert span.working_days + span.days > 0
        assert len(path) == 2
    assert str(Span(20) + Span(days=3)) == "20个工作日＋3日"
    assert str(Span()) == "当场"
    assert Span(working_days=5).length == Span(days=7).length


def test_every_material_stands_once_and_comes_in_one_way() -> None:
    guide = get_guide("open-restaurant")
    codes = [one.material.code for one in guide.materials]
    assert len(codes) == len(set(codes))
    ways = [len(guide.by_way(way)) for way in ("data", "replaced", "own")]
    assert sum(ways) == len(codes)
    assert ways[2] == 2


def test_a_question_is_asked_once_however_many_items_need_it() -> None:
    asked = [question.code for page in get_guide("open-restaurant").pages for question in page.questions]
    assert len(asked) == len(set(asked))


def test_an_item_knows_its_bundles() -> None:
    assert [hit.code for hit in bundles_with("fire-check")] == ["open-restaurant"]
    assert "open-restaurant" in [hit.code for hit in list_bundles()]


def test_the_flue_that_nobody_knows_makes_the_answer_unknown() -> None:
    eligibility = get_guide("open-restaurant").bundle.eligibility
    assert eligibility
    facts = {
        "applicant.age": 35,
        "applicant.banned": False,
        "premises.building": "商住综合楼",
        "premises.next-to-dwelling": False,
    }
    unknown = check_eligibility(eligibility, facts)
    assert (unknown.answer, unknown.missing) == ("unknown", ("premises.flue",))
    no = check_eligibility(eligibility, facts | {"premises.flue": False})
    assert no.answer == "no"
    assert all("大气污染防治法" in reason.clause.cite for reason in no.reasons)
    assert check_eligibility(eligibility, facts | {"premises.flue": True}).answer == "yes"


def test_what_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(NotFound, match="可能已更名或停办"):
        get_guide("nothing")
    assert get_items(["nothing"]) == {}
