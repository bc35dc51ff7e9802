"""Tries are counted by window, kind and visitor; what is over is forgotten, and no address is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from tongban.kernel import clock
from tongban.kernel.errors import TooMany
from tongban.portals.design.limits import Limit, address_of, forget, spend
from tongban.portals.design.models import Attempt

pytestmark = pytest.mark.django_db
TWICE = Limit("tests", 2, timedelta(minutes=1))


def the_minute_passes() -> None:
    Attempt.objects.update(window_ends=clock.real_now() - timedelta(seconds=1))


def test_the_third_try_is_refused_until_the_window_is_over() -> None:
    for _ in range(2):
        spend(TWICE, "192.0.2.1")
    with pytest.raises(TooMany) as refused:
        spend(TWICE, "192.0.2.1")
    assert timedelta(0) < refused.value.again_at - clock.now() <= timedelta(minutes=1)
    spend(TWICE, "192.0.2.2")
    the_minute_passes()
    spend(TWICE, "192.0.2.1")


def test_success_begins_anew() -> None:
    spend(TWICE, "192.0.2.1")
    forget(TWICE, "192.0.2.1")
    for _ in range(2):
        spend(TWICE, "192.0.2.1")


def test_windows_that_are_over_are_cleared_by_the_way() -> None:
    for place in range(5):
        spend(TWICE, f"192.0.2.{place}")
    the_minute_passes()
    spend(TWICE, "198.51.100.1")
    assert Attempt.objects.count() == 1


def test_no_address_lies_in_the_table() -> None:
    spend(TWICE, "192.0.2.1")
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(encode(key, 'escape'), '') from design_attempt")
        assert "192.0.2.1" not in str(cursor.fetchone())


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_a_visitor_cannot_choose_the_address_that_is_counted(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TONGBAN_PROXIES = proxies
    assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == address
