"""A month without its partition loses nothing, is noticed, and is put right by the next `migrate`."""

from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.journal.test_record import done
from tongban.journal.api import Actor, Subject, count_in_default, extend_partitions, opening, record
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


def where(table: str, column: str, entry: UUID) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select tableoid::regclass::text from {table} where {column} = %s",  # noqa: S608
            [entry],
        )
        return {row[0] for row in cursor.fetchall()}


def test_an_act_of_a_month_without_partition_is_kept_noticed_and_moved(
    officer: Actor, person: UUID, speaking_as: Speaking
) -> None:
    month = f"{clock.real_now():%Y%m}"
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("journal_part", "journal_entry"):
            cursor.execute(f"create temporary table kept_{table} as select * from {table}_{month}")  # noqa: S608
            cursor.execute(f"delete from {table}_{month}")  # noqa: S608
        for table in ("journal_part", "journal_entry"):
            cursor.execute(f"drop table {table}_{month} cascade")
    assert count_in_default() == 0
    entry = record(done("x"), on=Subject("thing", "1", 1), by=officer, private={person: {"a": "b"}})
    shown = opening(entry, for_subjects=None)
    assert count_in_default() == 1
    assert where("journal_entry", "id", entry) == {"journal_entry_default"}
    with speaking_as("owner"):
        extend_partitions()
        extend_partitions()
    assert count_in_default() == 0
    assert where("journal_entry", "id", entry) == {f"journal_entry_{month}"}
    assert where("journal_part", "entry", entry) == {f"journal_part_{month}"}
    assert opening(entry, for_subjects=None) == shown
