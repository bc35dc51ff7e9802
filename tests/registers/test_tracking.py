"""The order of a register's changes: who may give it, and that nothing goes round it."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from tests.conftest import Speaking
from tests.registers.rows import insert
from tongban.registers.api import changes_wait, place_changes
from tongban.registers.models import Change, PendingChange

pytestmark = pytest.mark.django_db


def test_the_app_can_neither_place_changes_nor_take_them_back() -> None:
    for statement in (
        "delete from registers_pending_change",
        "insert into registers_change values ('x', 1, 'k', 'insert', '2026-01-01')",
        "update registers_change_log set last = 0",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_register_cannot_be_emptied_behind_its_readers_backs(write_as_owner: Any) -> None:
    with pytest.raises(ProgrammingError, match="one by one"), transaction.atomic():
        write_as_owner(sql.SQL("truncate register.real_estate"))


def test_what_waits_is_placed_in_bounded_batches(write_as_owner: Any, speaking_as: Speaking) -> None:
    with speaking_as("sequencer"):
        place_changes(limit=1_000_000)
        assert not changes_wait()
    for n in range(200, 205):
        insert(write_as_owner, n)
    with speaking_as("sequencer"):
        assert changes_wait()
        assert [place_changes(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    keys = (
        Change.objects.filter(register="real-estate").order_by("-position").values_list("key", flat=True)[:5]
    )
    assert list(keys) == ["B204", "B203", "B202", "B201", "B200"]


def test_what_one_statement_changed_is_noted_and_placed_together(
    write_as_owner: Any, speaking_as: Speaking
) -> None:
    with speaking_as("sequencer"):
        place_changes(limit=1_000_000)
    insert(write_as_owner, 300)
    write_as_owner(
        "insert into register.real_estate (certificate_no, unit_no, owner, address, use, area, mortgaged, sealed,"
        " row_source, recorded_at) select 'C' || n, '1', '示例公司', '示例路', '商业', 20, false, false, 'pack:test',"
        " '2026-01-01' from generate_series(1, 2500) n"
    )
    write_as_owner("delete from register.real_estate where certificate_no in ('C1', 'C2500')")
    with speaking_as("sequencer"):
        assert PendingChange.objects.count() == 1 + 3 + 1
        assert [place_changes(limit=10) for _ in range(5)] == [1, 1000, 1000, 500, 2]
        assert place_changes() == 0
    found = list(
        Change.objects.filter(register="real-estate")
        .order_by("-position")
        .values_list("position", "op", "key")
    )[:2503]
    last = found[0][0]
    assert [position for position, _op, _key in found] == list(range(last, last - 2503, -1))
    assert {key for _position, op, key in found if op == "delete"} == {"C1", "C2500"}
    assert {key for _position, op, key in found if op == "insert"} == {
        "B300",
        *(f"C{n}" for n in range(1, 2501)),
    }
