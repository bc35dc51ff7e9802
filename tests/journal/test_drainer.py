"""Positions: dense, in order, only for what the program itself wrote."""

from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.journal.test_record import done
from tongban.journal.api import Actor, Subject, count_pending, drain, entries_wait, record, timeline
from tongban.kernel.ids import uuid7

pytestmark = pytest.mark.django_db


def test_entries_get_dense_positions_in_the_order_of_their_acts(
    officer: Actor, speaking_as: Speaking
) -> None:
    with speaking_as("sequencer"):
        drain()
    before = len(timeline(objects=["thing:1"]))
    for number in range(12):
        record(done(str(number)), on=Subject("thing", "1", number + 1), by=officer)
    with speaking_as("sequencer"):
        assert drain(limit=5).placed == 5
        assert entries_wait()
        assert drain(limit=50).placed == 7
        assert not entries_wait()
    entries = timeline(objects=["thing:1"])[before:]
    positions = [entry.position or 0 for entry in entries]
    assert positions == list(range(positions[0], positions[0] + 12))
    assert count_pending() == 0


def test_a_row_typed_in_behind_the_programs_back_is_set_aside(officer: Actor, speaking_as: Speaking) -> None:
    entry = record(done("echt"), on=Subject("thing", "1", 1), by=officer)
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_entry select gen_random_uuid(), kind, occurred_at, recorded_at, effective_on, actor,"
            " agency, represented, object, object_version, basis, purpose, case_number, disclose_after, supersedes,"
            " part_hashes, commitment, seal from journal_entry where id = %s returning id",
            [entry],
        )
        forged = cursor.fetchone()[0]
        cursor.execute("insert into journal_pending (entry, origin) values (%s, 'acts')", [forged])
    with speaking_as("sequencer"):
        drained = drain()
    assert drained.unsealed == 1
    with connection.cursor() as cursor:
        cursor.execute("select entry from journal_unsealed")
        assert cursor.fetchall() == [(forged,)]


def test_the_footprint_index_finds_the_entries_about_a_person(
    officer: Actor, person: UUID, speaking_as: Speaking
) -> None:
    entry = record(done("x"), on=Subject("thing", "1", 1), by=officer, private={person: {"a": "b"}})
    with speaking_as("sequencer"):
        drain()
    with connection.cursor() as cursor:
        cursor.execute("select entry from journal_subject where subject = %s", [person])
        assert cursor.fetchall() == [(entry,)]


def mark(entry: UUID, origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into journal_pending (entry, origin) values (%s, %s)", [entry, origin])


def places(entry: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select origin from journal_placed where entry = %s", [entry])
        return [row[0] for row in cursor.fetchall()]


def test_marks_typed_in_twice_or_for_nothing_stop_nobody(officer: Actor, speaking_as: Speaking) -> None:
    with speaking_as("sequencer"):
        drain()
    first = record(done("eins"), on=Subject("thing", "1", 1), by=officer)
    mark(first, "acts")
    mark(uuid7(), "acts")
    with speaking_as("sequencer"):
        assert drain().placed == 1
    mark(first, "acts")
    second = record(done("zwei"), on=Subject("thing", "1", 2), by=officer)
    with speaking_as("sequencer"):
        assert drain().placed == 1
    assert (places(first), places(second), count_pending()) == (["acts"], ["acts"], 0)


def test_a_mark_cannot_bring_what_is_not_public_into_the_public_log(
    officer: Actor, speaking_as: Speaking
) -> None:
    entry = record(done("geheim"), on=Subject("thing", "1", 1), by=officer)
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute("update journal_pending set origin = 'public' where entry = %s", [entry])
    with speaking_as("sequencer"):
        assert drain().unsealed == 1
    assert places(entry) == []
