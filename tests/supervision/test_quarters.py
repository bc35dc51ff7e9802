"""Points and quarterly grades of agencies: confirmed cards take points, small ones have no grade, nobody is ranked."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.supervision.conftest import City, at
from tests.supervision.test_watching import overdue
from tongban.kernel import clock
from tongban.supervision.api import quarter, rule_card, withdraw_card
from tongban.supervision.models import Card, Tally

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
FIRST = date(2026, 1, 1)


def decided(agency: str, cases: int, month: int = 1) -> None:
    Tally.objects.create(month=date(2026, month, 1), agency=agency, item="food-permit", decided=cases)


def confirmed(city: City, until: str = "2026-01-20 09:00") -> int:
    """A card of January that a supervisor confirmed once the agency's days were over."""
    overdue(city)
    city.works("2026-01-13 09:00")
    card = Card.objects.get().pk
    with clock.fixed(at(until)):
        rule_card(card=card, confirmed=True, words="没有依法暂停", seen=None, by=city.supervisor)
    return card


def points(agency: str = "lanchuan.approval", first: date = FIRST) -> tuple[int, str]:
    (found,) = [one for one in quarter(first) if one.agency == agency]
    return found.points, found.grade


def test_only_confirmed_cards_take_points_and_a_withdrawn_one_gives_them_back(city: City) -> None:
    decided("lanchuan.approval", 40)
    overdue(city)
    city.works("2026-01-13 09:00")
    assert points() == (100, "优秀")
    card = Card.objects.get().pk
    with clock.fixed(at("2026-01-20 09:00")):
        rule_card(card=card, confirmed=True, words="没有依法暂停", seen=None, by=city.supervisor)
        taken = points()
        assert taken[0] < 100
        withdraw_card(card=card, why="送达回执属实", seen=None, by=city.supervisor)
        assert points() == (100, "优秀")


def test_a_card_counts_in_the_quarter_of_its_breach_and_grades_follow_points(city: City) -> None:
    decided("lanchuan.approval", 40)
    decided("lanchuan.approval", 40, month=4)
    card = confirmed(city)
    assert points()[0] < 100
    assert points(first=date(2026, 4, 1)) == (100, "优秀")
    Card.objects.filter(pk=card).update(level=3)
    assert points() == (95, "优秀")


def test_an_agency_with_few_cases_has_points_but_no_grade(city: City) -> None:
    decided("lanchuan.approval", 19)
    decided("lanchuan.fire", 40)
    confirmed(city)
    assert points()[1] == ""
    assert points("lanchuan.fire") == (100, "优秀")


def test_the_lamps_page_shows_points_and_grade_in_the_order_of_codes(sign_in: SignIn, city: City) -> None:
    decided("lanchuan.fire", 40)
    decided("lanchuan.approval", 40)
    with clock.fixed(at("2026-03-02 10:00")):
        page = sign_in("supervisor").get("/supervision/").content.decode()
    table = page[page.index("优秀") - 2000 :]
    assert table.index("澜川市行政审批局") < table.index("澜川市消防救援")
    assert "100" in table
