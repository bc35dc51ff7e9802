"""A kind is superseded, never removed: readers get the newest form, proofs what was written."""

import json

import pytest

from tests.conftest import Speaking
from tongban.journal.api import (
    Act,
    Actor,
    Subject,
    all_kinds,
    drain,
    find_entries,
    kind,
    opening,
    record,
    timeline,
)

if "test.sent.v1" not in all_kinds():

    @kind("test.sent.v1", "寄出（旧）")
    class SentOld(Act):
        """A letter went out to an address in one line."""

        address: str

    @kind(
        "test.sent.v2",
        "寄出",
        supersedes="test.sent.v1",
        upcast=lambda old: {
            "city": str(old["address"]).split("，")[0],
            "street": str(old["address"]).split("，")[1],
        },
    )
    class Sent(Act):
        """A letter went out."""

        city: str
        street: str

    @kind("test.sent.v3", "寄送", supersedes="test.sent.v2", upcast=lambda old: {**old, "post": "平信"})
    class SentBy(Act):
        """A letter went out by a kind of post."""

        city: str
        street: str
        post: str


pytestmark = pytest.mark.django_db


def test_an_old_entry_is_read_in_the_newest_form_and_proved_in_its_own(
    officer: Actor, speaking_as: Speaking
) -> None:
    old = all_kinds()["test.sent.v1"](address="澜川市，河街1号")  # type: ignore[call-arg]
    entry = record(old, on=Subject("letter", "1", 1), by=officer)
    record(
        all_kinds()["test.sent.v3"](city="澜川市", street="山街2号", post="挂号"),  # type: ignore[call-arg]
        on=Subject("letter", "1", 2),
        by=officer,
    )
    with speaking_as("sequencer"):
        drain()
    (view,) = find_entries([entry])
    assert (view.kind, view.title) == ("test.sent.v3", "寄送")
    assert view.content == {"city": "澜川市", "street": "河街1号", "post": "平信"}
    shown = opening(entry)
    assert shown.columns["kind"] == "test.sent.v1"
    assert json.loads(shown.parts[0][2] or b"") == {"address": "澜川市，河街1号"}


def test_who_asks_for_the_newest_kind_gets_the_older_entries_too(officer: Actor) -> None:
    old = all_kinds()["test.sent.v1"](address="澜川市，河街1号")  # type: ignore[call-arg]
    record(old, on=Subject("letter", "2", 1), by=officer)
    assert [one.content["post"] for one in timeline(objects=["letter:2"], kinds=["test.sent.v3"])] == ["平信"]


@pytest.mark.parametrize("older", ["test.nothing.v1", "test.sent.v1"])
def test_a_kind_supersedes_one_that_is_there_and_only_once(older: str) -> None:
    with pytest.raises(ValueError, match="cannot supersede"):
        kind("test.sent.v9", "寄出", supersedes=older, upcast=dict)


def test_a_kind_that_supersedes_says_how() -> None:
    with pytest.raises(ValueError, match="cannot supersede"):
        kind("test.sent.v9", "寄出", supersedes="test.sent.v3")
