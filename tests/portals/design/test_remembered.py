"""Guides are remembered for as long as the content they were made from is in force."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import Speaking
from tongban.kernel import clock
from tongban.packs.api import activate_packs
from tongban.services.models import Item
from tongban.site.home import checkout

pytestmark = pytest.mark.django_db

GUIDE = "/bundles/open-restaurant/"


def page(client: Client, path: str = GUIDE) -> str:
    return client.get(path).content.decode()


def test_a_guide_seen_before_asks_the_database_once_for_the_clock_and_the_content_in_force(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    first = page(client)
    with django_assert_max_num_queries(1):  # type: ignore[attr-defined]
        second = page(client)
    assert "食品经营许可" in second
    assert first.count("<li>") == second.count("<li>")


def test_the_token_of_a_form_is_of_the_visitor_and_never_remembered(client: Client) -> None:
    others = Client()
    page(client), page(others)
    assert client.cookies["csrftoken"].value != others.cookies["csrftoken"].value


def test_a_guide_changes_with_the_activation_of_its_pack(
    client: Client, speaking_as: Speaking, tmp_path: Path
) -> None:
    assert "0990-0000001" not in page(client)
    packs = shutil.copytree(checkout() / "packs", tmp_path / "packs")
    agencies = packs / "lanchuan" / "agencies.yaml"
    head, found, rest = agencies.read_text("utf-8").partition("code: lanchuan.center\n")
    assert found
    before, _phone, after = rest.partition("phone: ")
    agencies.write_text(f"{head}{found}{before}phone: 0990-0000001\n{after.partition(chr(10))[2]}", "utf-8")
    with speaking_as("owner"):
        activate_packs(["base", "lanchuan"], folder=packs)
    assert "0990-0000001" in page(client)


def test_a_guide_of_tomorrow_is_not_shown_today_nor_today_s_tomorrow(client: Client) -> None:
    item = Item.objects.get(code="food-permit")
    assert "明天起的说明" not in page(client, "/items/food-permit/")
    tomorrow = clock.today() + timedelta(days=1)
    terms = {**item.terms, "version": 2, "summary": "明天起的说明。", "valid_from": tomorrow.isoformat()}
    item.pk, item.version, item.valid_from, item.terms = None, 2, tomorrow, terms
    item.save()
    assert "明天起的说明" not in page(client, "/items/food-permit/")
    with clock.fixed(clock.now() + timedelta(days=1)):
        assert "明天起的说明" in page(client, "/items/food-permit/")
