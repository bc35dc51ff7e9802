"""Calls of one moment are one statement, and each of them is answered, refused and journalled as if it were alone."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS
from psycopg import DataError

from tests.exchange.test_gateway import CASE, caller, linxia, place, said  # noqa: F401 - fixtures
from tongban.exchange.answering import together
from tongban.exchange.answering.call import CallRefused, Reply, answer
from tongban.exchange.answering.values import Call, Caller
from tongban.journal.api import timeline

pytestmark = pytest.mark.django_db

Calling = Callable[..., Caller]
Asked = tuple[Call, Caller]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[Asked]], tuple[list[object], list[int]]]:
    """Ask all of them at once; what each of them gets, and how many calls each statement carried."""
    sizes: list[int] = []
    gate = threading.Event()
    run = together.run

    def counted(statement: bytes, parameters: Sequence[str], given: dict[str, Any]) -> list[tuple[Any, ...]]:
        sizes.append(len(given["key"]))
        assert gate.wait(20)
        return run(statement, parameters, given)

    def ask(asked: Sequence[Asked]) -> tuple[list[object], list[int]]:
        answer(*asked[0])  # the plan is made
        monkeypatch.setattr(together, "run", counted)
        got: list[object] = [None] * len(asked)
        shared = connections[DEFAULT_DB_ALIAS]
        shared.inc_thread_sharing()

        def one(n: int) -> None:
            connections[DEFAULT_DB_ALIAS] = shared
            try:
                got[n] = answer(*asked[n])
            except CallRefused as refused:
                got[n] = refused

        threads = [threading.Thread(target=one, args=[n]) for n in range(1, len(asked))]
        for thread in threads:
            thread.start()
        time.sleep(0.5)  # all of them wait by now
        gate.set()
        for thread in threads:
            thread.join()
        shared.dec_thread_sharing()
        return got[1:], sizes

    return ask


def replies(got: Sequence[object]) -> list[Reply]:
    return [one for one in got if isinstance(one, Reply)]


def test_what_comes_while_the_database_works_is_one_statement_with_an_entry_for_each(
    caller: Calling,  # noqa: F811
    at_once: Callable[..., tuple[list[object], list[int]]],
) -> None:
    got, sizes = at_once([(place(user=f"EE{n}"), caller()) for n in range(9)])
    assert sizes == [1] * together.AT_ONCE + [8 - together.AT_ONCE]
    found = replies(got)
    assert len({one.query for one in found}) == 8
    assert all(
        said(one)["query"] == str(one.query) and said(one)["items"]["area"] == "96.00" for one in found
    )
    entries = {one.id: one for one in timeline(case_numbers=[CASE], kinds=["exchange.answered.v1"])}
    assert {one.query for one in found} < entries.keys()
    users = {entries[one.query].content["user"] for one in found}
    assert users == {f"EE{n}" for n in range(1, 9)}


def test_a_message_that_stands_twice_in_one_statement_is_answered_once(
    caller: Calling,  # noqa: F811
    at_once: Callable[..., tuple[list[object], list[int]]],
) -> None:
    twice = caller()
    got, _sizes = at_once([(place(), caller()) for _ in range(3)] + [(place(), twice)] * 5)
    refused = [one for one in got if isinstance(one, CallRefused)]
    assert [one.code for one in refused] == ["Client.Replayed"] * 4
    assert len(replies(got)) == 3
    assert len(timeline(case_numbers=[CASE], kinds=["exchange.answered.v1"])) == 4


def test_each_call_has_its_own_grounds(
    caller: Calling,  # noqa: F811
    at_once: Callable[..., tuple[list[object], list[int]]],
) -> None:
    strangers = [(place(), caller(key="fire-2")), (place(), caller(client="GOV/lanchuan.fire/other"))]
    got, _sizes = at_once([*[(place(), caller()) for _ in range(4)], *strangers])
    assert [type(one) for one in got] == [Reply] * 3 + [CallRefused] * 2
    assert {one.code for one in got if isinstance(one, CallRefused)} == {"Client.Unauthorized"}


def test_a_value_of_a_wrong_form_is_told_to_the_one_who_sent_it_alone(
    caller: Calling,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = together.run

    def one_is_wrong(statement: bytes, parameters: Sequence[str], given: dict[str, Any]) -> list[Any]:
        if "wrong" in given["key_0"]:
            raise DataError("not of its form")
        return run(statement, parameters, given)

    monkeypatch.setattr(together, "run", one_is_wrong)
    assert answer(place(), caller()).outcome == "fetched"
    with pytest.raises(CallRefused, match="不是它该有的形式"):
        answer(place(keys={"certificate_no": "wrong"}), caller())


def test_nobody_is_answered_when_the_database_fails(
    caller: Calling,  # noqa: F811
    at_once: Callable[..., tuple[list[object], list[int]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = [(place(), caller()) for _ in range(2)]
    answer(*made[0])

    def broken(*_given: object) -> None:
        raise RuntimeError("the database went")

    monkeypatch.setattr(together, "run", broken)
    with pytest.raises(RuntimeError, match="the database went"):
        answer(*made[1])
    monkeypatch.undo()
    assert answer(place(), caller()).outcome == "fetched"  # and nobody waits behind it for ever
