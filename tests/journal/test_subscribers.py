"""Subscribers: each act once, in order; what fails stops its object and nothing else."""

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from django.db import connection

from tests.conftest import Speaking
from tests.journal.test_record import done
from tongban.journal import subscribers
from tongban.journal.api import (
    Actor,
    Delivery,
    Subject,
    drain,
    parked_objects,
    record,
    resume,
    run_subscribers,
    subscribe,
    subscribe_together,
)
from tongban.kernel.errors import BadInput, NotFound

pytestmark = pytest.mark.django_db
NAME = "test-reader"


class Reader:
    """Keeps what it was given; refuses what it was told to refuse."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.bad: set[str] = set()

    def __call__(self, delivery: Delivery) -> None:
        what = str(delivery.entry.content["what"])
        if what in self.bad:
            raise BadInput("今天不行。")
        self.seen.append(what)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, speaking_as: Speaking) -> Reader:
    monkeypatch.setattr(subscribers, "_subscribers", {})
    made = Reader()
    subscribe(NAME, kinds=["test.done.v1"], effect=made)
    with speaking_as("sequencer"):
        drain()
        run_all()
    made.seen.clear()
    return made


def run_all() -> None:
    while run_subscribers(limit=3):
        pass


@pytest.fixture
def work(speaking_as: Speaking) -> Callable[[], None]:
    def step() -> None:
        with speaking_as("sequencer"):
            drain()
            run_all()

    return step


def do(what: str, on: str, officer: Actor) -> None:
    record(done(what), on=Subject("thing", on, 1), by=officer)


def test_each_act_is_delivered_once_in_order(
    reader: Reader, work: Callable[[], None], officer: Actor
) -> None:
    for number in range(8):
        do(str(number), "a", officer)
    work()
    work()
    assert reader.seen == [str(number) for number in range(8)]


def test_a_failing_act_stops_its_object_and_no_other(
    reader: Reader, work: Callable[[], None], officer: Actor
) -> None:
    reader.bad = {"a2"}
    for what in ("a1", "b1", "a2", "b2", "a3", "b3"):
        do(what, what[0], officer)
    work()
    do("a4", "a", officer)
    do("b4", "b", officer)
    work()
    assert reader.seen == ["a1", "b1", "b2", "b3", "b4"]
    (stopped,) = parked_objects()
    assert (stopped.subscriber, stopped.object, stopped.reason, stopped.waiting) == (
        NAME,
        "thing:a",
        "今天不行。",
        3,
    )


def test_of_many_taken_together_only_what_fails_is_parked_and_a_stopped_object_holds_up_nobody(
    reader: Reader, work: Callable[[], None], officer: Actor
) -> None:
    calls: list[list[str]] = []

    def together(few: Sequence[Delivery]) -> None:
        words = [str(one.entry.content["what"]) for one in few]
        calls.append(words)
        if "c1" in words:
            raise ValueError("personal words")
        reader.seen += words

    subscribe_together(NAME, kinds=["test.done.v1"], effect=together)
    for letter in "abcdefgh":
        do(f"{letter}1", letter, officer)
    work()
    assert reader.seen == [f"{letter}1" for letter in "abdefgh"]
    assert len(calls) < 8
    calls.clear()
    for letter in "abc":
        do(f"{letter}2", letter, officer)
    work()
    assert calls == [["a2", "b2"]]
    assert [(one.object, one.waiting) for one in parked_objects()] == [("thing:c", 2)]


def test_a_resumed_object_goes_on_where_it_stopped(
    reader: Reader, work: Callable[[], None], officer: Actor
) -> None:
    reader.bad = {"a1"}
    for what in ("a1", "a2"):
        do(what, "a", officer)
    work()
    reader.bad = {"a2"}
    resume(subscriber=NAME, stopped_object="thing:a", by=officer)
    do("a3", "a", officer)
    work()
    assert reader.seen == ["a1"]
    (stopped,) = parked_objects()
    assert stopped.waiting == 2
    reader.bad = set()
    resume(subscriber=NAME, stopped_object="thing:a", by=officer)
    work()
    do("a4", "a", officer)
    work()
    assert reader.seen == ["a1", "a2", "a3", "a4"]
    assert parked_objects() == []


def test_a_program_fault_parks_too_and_keeps_nothing_of_the_half_done(
    reader: Reader, work: Callable[[], None], officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_delivery: Delivery) -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into journal_unsealed values (gen_random_uuid(), '2026-01-01')")
        raise KeyError("personal words that must not be kept")

    subscribe(NAME, kinds=["test.done.v1"], effect=half)
    do("x", "a", officer)
    work()
    assert parked_objects()[0].reason == "KeyError"
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_unsealed where found_at = '2026-01-01'")
        assert cursor.fetchone() == (0,)


def test_the_cursor_falls_back_with_the_effects(
    reader: Reader, work: Callable[[], None], officer: Actor, speaking_as: Speaking
) -> None:
    from django.db import OperationalError

    def gone(_delivery: Delivery) -> None:
        raise OperationalError("the server went away")

    do("x", "a", officer)
    subscribe(NAME, kinds=["test.done.v1"], effect=gone)
    with pytest.raises(OperationalError):
        work()
    with connection.cursor() as cursor:
        cursor.execute("reset role")
    subscribe(NAME, kinds=["test.done.v1"], effect=reader)
    work()
    assert reader.seen == ["x"]


def test_what_is_not_parked_cannot_be_resumed(reader: Reader, officer: Actor) -> None:
    with pytest.raises(NotFound, match="没有停放"):
        resume(subscriber=NAME, stopped_object="thing:nothing", by=officer)


def test_the_app_cannot_move_a_cursor(reader: Reader) -> None:
    from django.db import DatabaseError, transaction

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update journal_cursor set position = 0")


def test_a_delivery_names_the_people_it_is_about(
    reader: Reader, work: Callable[[], None], officer: Actor, person: UUID
) -> None:
    given: list[Delivery] = []
    subscribe(NAME, kinds=["test.done.v1"], effect=given.append)
    record(done("x"), on=Subject("thing", "a", 1), by=officer, private={person: {"n": 1}})
    work()
    assert given[0].subjects == {1: person}
