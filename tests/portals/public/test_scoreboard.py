"""The scoreboard: every figure with what it was counted from, small groups hidden, cards as they stand."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.supervision.conftest import City, at, city
from tests.supervision.test_cards import card, confirmed
from tongban.kernel import clock
from tongban.supervision.api import scores, withdraw_card
from tongban.supervision.models import Tally

__all__ = ["card", "city"]
pytestmark = pytest.mark.django_db
Text = Callable[[str], str]


@pytest.fixture
def text(client: Client) -> Text:
    return lambda address: client.get(address).content.decode()


def tally(decided: int, *, item: str = "food-permit", month: int = 1, **counts: int) -> None:
    Tally.objects.create(
        month=date(2026, month, 1), agency="lanchuan.approval", item=item, decided=decided, **counts
    )


def test_each_rate_says_what_was_divided_by_what(text: Text) -> None:
    tally(200, promised=200, on_promise=150, days=900, materials=1000, saved=730)
    with clock.fixed(at("2026-02-01 09:00")):
        page = text("/scoreboard/")
    row = page[page.index("市审批局") :].split("</tr>")[0]
    for words in ("75.0%", "150 ÷ 200", "4.5", "900 ÷ 200", "73.0%", "730 ÷ 1,000"):
        assert words in row
    assert "承诺到期日以前办结的件 ÷ 有承诺时限的办结件" in page


def test_a_group_under_twenty_is_hidden_and_cannot_be_subtracted(text: Text) -> None:
    tally(19, on_promise=3, promised=19)
    tally(40, item="fire-check", on_promise=11, promised=40)
    tally(90, item="signboard", on_promise=60, promised=90)
    with clock.fixed(at("2026-02-01 09:00")):
        hidden = {row.item: row.hidden for row in scores(by="item", agency="lanchuan.approval")}
        page = text("/scoreboard/lanchuan.approval/")
    assert hidden == {"food-permit": True, "fire-check": True, "signboard": False}
    assert "3 ÷ 19" not in page
    assert "11 ÷ 40" not in page
    assert "60 ÷ 90" in page


def test_only_the_last_twelve_months_count() -> None:
    tally(30)
    with clock.fixed(at("2026-12-31 23:00")):
        assert [row.counts["decided"] for row in scores(by="agency")] == [30]
    with clock.fixed(at("2027-01-01 00:00")):
        assert scores(by="agency") == []


def test_published_cards_stand_there_and_a_withdrawn_one_says_why(text: Text, city: City, card: int) -> None:
    city.decided("2026-01-13 08:00")
    confirmed(city, card)
    city.works("2026-01-22 09:00")
    with clock.fixed(at("2026-01-23 09:00")):
        page = text("/scoreboard/lanchuan.approval/")
        assert "办件超过法定时限" in page
        assert "▲" in page
        withdraw_card(card=card, why="期限算错", seen=None, by=city.cio)
        page = text("/scoreboard/lanchuan.approval/")
    assert "期限算错" in page
    assert "已撤回" in page


def test_without_cases_it_says_so_and_an_unknown_agency_is_not_there(client: Client, text: Text) -> None:
    assert "还没有办结的件" in text("/scoreboard/")
    assert client.get("/scoreboard/no.such/").status_code == 404
    assert "没有公布过的监察牌" in text("/scoreboard/lanchuan.fire/")
