"""Activation: idempotent, journalled, all or nothing, never over a row that somebody edited."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import Speaking
from tongban.identity.models import Agency
from tongban.journal.api import timeline
from tongban.packs.api import activate_packs, is_demonstration
from tongban.services.models import Item
from tongban.site.home import checkout

pytestmark = pytest.mark.django_db


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    shutil.copytree(checkout() / "packs", tmp_path / "packs")
    return tmp_path / "packs"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def activations() -> int:
    return len(timeline(objects=["pack:base", "pack:lanchuan"], kinds=["pack.activated.v1"]))


def test_activating_the_same_pack_again_changes_and_journals_nothing(speaking_as: Speaking) -> None:
    before, rows = activations(), Agency.objects.count()
    with speaking_as("owner"):
        stored = activate_packs(["base", "lanchuan"])
    assert stored.conflicts == []
    assert (activations(), Agency.objects.count()) == (before, rows)
    assert all(count == 0 for noun, count in stored.written.items() if noun.startswith("rows of"))


def test_a_changed_pack_is_journalled_with_its_hash(packs: Path, speaking_as: Speaking) -> None:
    before = activations()
    change(packs / "lanchuan" / "pack.yaml", "demonstration: true", "demonstration: true  # edited")
    with speaking_as("owner"):
        activate_packs(["base", "lanchuan"], folder=packs)
    assert activations() == before + 1


def test_a_row_that_was_edited_here_is_left_as_it_is_and_listed(packs: Path, speaking_as: Speaking) -> None:
    Agency.objects.filter(pk="lanchuan.fire").update(phone="0990-0009999", source="edit:0199")
    with speaking_as("owner"):
        stored = activate_packs(["base", "lanchuan"], folder=packs)
    assert Agency.objects.get(pk="lanchuan.fire").phone == "0990-0009999"
    assert any("lanchuan.fire was edited here" in line for line in stored.conflicts)


def test_an_item_changed_within_its_version_is_refused_and_told(packs: Path, speaking_as: Speaking) -> None:
    change(packs / "lanchuan" / "items" / "restaurant.yaml", "promised: {amount: 6}", "promised: {amount: 3}")
    with speaking_as("owner"):
        stored = activate_packs(["base", "lanchuan"], folder=packs)
    assert any("give it version 2" in line for line in stored.conflicts)
    assert Item.objects.get(code="food-permit", version=1).terms["promised"]["amount"] == 6


def test_a_register_row_that_changes_in_the_pack_changes_here_once(
    packs: Path, speaking_as: Speaking
) -> None:
    change(packs / "lanchuan" / "registers" / "real-estate.csv", ",96.00,", ",96.50,")
    with speaking_as("owner"):
        first = activate_packs(["base", "lanchuan"], folder=packs)
        second = activate_packs(["base", "lanchuan"], folder=packs)
    assert first.written["rows of real-estate"] >= 1
    assert second.written["rows of real-estate"] == 0


def test_registers_are_typed_tables_with_their_constraints(speaking_as: Speaking) -> None:
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'register' and table_name = 'lease_filing'"
        )
        types = dict(cursor.fetchall())
    assert (types["area"], types["starts_on"], types["lessor_is_owner"]) == ("numeric", "date", "boolean")


def test_the_city_is_a_demonstration() -> None:
    assert is_demonstration()
