"""Writing an entry."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tongban.journal.api import Act, Actor, Subject, all_kinds, opening, record, system, timeline
from tongban.kernel.commitment import commitment, part_hash

pytestmark = pytest.mark.django_db


def done(what: str) -> Act:
    return all_kinds()["test.done.v1"](what=what)  # type: ignore[call-arg]


def test_an_entry_keeps_what_was_done_and_what_was_said_of_whom(officer: Actor, person: UUID) -> None:
    entry = record(done("读取"), on=Subject("thing", "1", 3), by=officer, private={person: {"area": "92.50"}})
    shown = opening(entry, for_subjects=[person])
    assert shown.columns["actor"] == "officer:LC-0007"
    assert shown.columns["object"] == "thing:1"
    (common,) = [content for _, _, content in shown.parts[:1]]
    assert common == '{"what":"读取"}'.encode()
    assert f'"subject":"{person}"'.encode() in (shown.parts[1][2] or b"")


def test_a_person_who_acts_is_only_a_pseudonym_outside_the_parts(person: UUID) -> None:
    entry = record(done("申请"), on=Subject("thing", "1", 1), by=Actor(kind="person", key=str(person)))
    shown = opening(entry)
    assert shown.columns["actor"] == "s1"
    assert str(person) not in str(shown.columns)
    assert shown.parts[1][1:] == (None, None)


def test_the_commitment_is_recomputed_from_columns_and_parts(officer: Actor, person: UUID) -> None:
    entry = record(done("读取"), on=Subject("thing", "1", 1), by=officer, private={person: {"a": 1}})
    shown = opening(entry, for_subjects=None)
    hashes = [part_hash(salt or b"", content or b"") for _, salt, content in shown.parts]
    assert hashes == [digest for digest, _, _ in shown.parts]
    assert commitment(shown.columns, hashes) == shown.commitment


@pytest.mark.django_db(transaction=True, databases=[])
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        record(done("x"), on=Subject("thing", "1", 1), by=system("test"))


@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set kind = 'x'",
        "delete from journal_entry",
        "delete from journal_part",
        "truncate journal_entry",
    ],
)
def test_the_app_can_change_nothing_that_was_recorded(statement: str, officer: Actor) -> None:
    record(done("x"), on=Subject("thing", "1", 1), by=officer)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_timeline_is_one_query_however_long(officer: Actor, django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    for number in range(5):
        record(done(str(number)), on=Subject("thing", "9", number + 1), by=officer, case_number="C-9")
    with django_assert_num_queries(1):
        entries = timeline(case_numbers=["C-9"])
    assert [entry.content["what"] for entry in entries] == ["0", "1", "2", "3", "4"]
    assert entries[0].title == "做了"
