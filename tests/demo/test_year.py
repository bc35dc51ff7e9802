"""A simulated year: many more invented people, whole days through the doors, what a door refuses is counted."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from tongban.cases.models import Application
from tongban.demo.crowd import write_crowd
from tongban.demo.year import play_year
from tongban.kernel import clock
from tongban.packs.api import check_packs
from tongban.participation.models import Order


def test_a_crowd_follows_every_rule_of_packs_and_nobody_is_twice(tmp_path: Path) -> None:
    people = write_crowd(settings.PACKS, tmp_path / "packs", names=("base", "lanchuan"), times=3)
    folder = tmp_path / "packs" / "lanchuan"
    with (folder / "people.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == people
    for name in ("id_number", "username", "phone"):
        assert len({row[name] for row in rows}) == people, name
    with (folder / "registers" / "population.csv").open(encoding="utf-8") as file:
        held = {row["id_number"]: row["name"] for row in csv.DictReader(file)}
    assert all(held[row["id_number"]] == row["name"] for row in rows)
    assert check_packs(["base", "lanchuan"], folder=tmp_path / "packs").errors == []


@pytest.mark.django_db
def test_days_pass_and_what_was_begun_is_gone_on_with(own_home: Path) -> None:
    before = clock.today()
    days = list(play_year(days=4))
    assert [one.number for one in days] == [1, 2, 3, 4]
    assert days[-1].day > before
    happened = {what for one in days for what, n in one.happened.items() if n}
    assert {"申请", "诉求"} <= happened
    assert Application.objects.filter(submitted_at__isnull=False).exists()
    assert Order.objects.exclude(state="received").exists()
