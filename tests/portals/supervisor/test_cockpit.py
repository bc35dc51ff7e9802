"""The cockpit has five rows; every number opens into formula, numerator, denominator, rows and the three worst causes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.supervision.conftest import City, at, city
from tongban.exchange.kinds import CorrectionAnswered, CorrectionAsked
from tongban.kernel import clock
from tongban.supervision.api import DIMENSIONS, INDICATORS, read_indicator
from tongban.supervision.models import Tally

__all__ = ["city"]
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def tally(item: str, decided: int, on_promise: int, month: int) -> None:
    Tally.objects.create(
        month=date(2026, month, 1),
        agency="lanchuan.approval",
        item=item,
        decided=decided,
        promised=decided,
        on_promise=on_promise,
    )


def test_five_rows_and_each_number_opens_into_what_it_is_made_of(sign_in: SignIn) -> None:
    tally("food-permit", 100, 70, 6)
    tally("business-licence", 100, 90, 6)
    tally("food-permit", 100, 60, 3)
    tally("fire-check", 19, 19, 6)
    cio = sign_in("cio")
    with clock.fixed(at("2026-06-30 09:00")):
        page = cio.get("/supervision/cockpit/").content.decode()
        assert [name for name in DIMENSIONS if f'scope="rowgroup" colspan="4">{name}<' in page] == list(
            DIMENSIONS
        )
        assert "81.7%" in page
        assert "179 ÷ 219" in page
        assert "比前三个月 +21.7 个百分点" in page
        assert "我们自己的操作化" in page
        one = cio.get("/supervision/cockpit/on-promise/").content.decode()
        worst = read_indicator("on-promise").worst
    assert [(part.item, part.above, part.below) for part in worst] == [
        ("food-permit", 70, 100),
        ("business-licence", 90, 100),
    ]
    assert "100.0%" not in one
    for words in (
        "179 ÷ 219",
        "分母不满 20 的行只列件数",
        "承诺到期日以前办结的件",
        "70 ÷ 100",
        "食品经营许可",
    ):
        assert words in one


def test_every_indicator_has_a_page_also_with_nothing_counted_and_no_other_has(sign_in: SignIn) -> None:
    cio = sign_in("cio")
    for one in INDICATORS:
        page = cio.get(f"/supervision/cockpit/{one.code}/")
        assert page.status_code == 200
        assert one.formula in page.content.decode()
    assert cio.get("/supervision/cockpit/beauty/").status_code == 404
    assert "没有部门有牌" in cio.get("/supervision/cockpit/brief/").content.decode()
    assert sign_in("food-approver").get("/supervision/cockpit/").status_code == 403


def test_answers_in_time_are_counted_of_those_that_were_due(city: City) -> None:
    def ask(number: int, answered: str) -> None:
        act = CorrectionAsked(resource="real-estate", items=["area"], due_on="2026-01-09")
        city.does(act, "2026-01-05 09:00", on=f"evidence:{number}")
        if answered:
            done = CorrectionAnswered(resource="real-estate", outcome="kept", corrected=[])
            city.does(done, answered, on=f"evidence:{number}")

    ask(1, "2026-01-08 09:00")
    ask(2, "2026-01-12 09:00")
    ask(3, "")
    city.works("2026-01-12 10:00")
    with clock.fixed(at("2026-01-12 10:00")):
        read = read_indicator("corrections")
    assert (read.above, read.below) == (1, 3)
    assert [part.agency for part in read.worst] == ["lanchuan.land"]
