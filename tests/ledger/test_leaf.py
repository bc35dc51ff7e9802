"""Leaves: canonical, without anything personal, and never larger than a log entry may be."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.journal.test_record import done
from tests.ledger.test_sequencer import log_everything
from tongban.journal.api import Actor, Subject, all_kinds, count_pending, record, system
from tongban.kernel.canonical import canonical, parse
from tongban.kernel.errors import BadInput
from tongban.ledger.api import prove, read_policy, trust_policy, verify_proof
from tongban.ledger.leaf import commitment_of, leaf_of
from tongban.ledger.tiles import ENTRY_BYTES_MAX

WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(WORDS, WORDS, st.binary(min_size=32, max_size=32), st.dictionaries(WORDS, WORDS | st.integers(0, 9)))
def test_a_leaf_is_the_canonical_json_of_what_it_says(
    kind: str, agency: str, committed: bytes, content: dict[str, str | int]
) -> None:
    moment = datetime(2026, 3, 5, 7, 59, tzinfo=timezone(timedelta(hours=8)))
    said = {"v": 1, "t": kind, "org": agency, "d": "2026-03-04T23", "c": committed.hex()}
    made = {"kind": kind, "agency": agency, "recorded_at": moment, "commitment": committed}
    assert leaf_of(**made, content=b"") == canonical(said)  # type: ignore[arg-type]
    whole = leaf_of(**made, content=canonical(content))  # type: ignore[arg-type]
    assert parse(whole) == {**said, "body": content}
    assert commitment_of(whole) == committed


def test_content_that_is_not_canonical_makes_no_leaf() -> None:
    with pytest.raises(ValueError, match="canonical"):
        leaf_of(
            kind="x",
            agency="",
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            commitment=bytes(32),
            content=b"{ }",
        )


def told(size: int) -> object:
    """A public act whose leaf has exactly so many bytes."""
    empty = leaf_of(
        kind="test.told.v1",
        agency="",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        commitment=bytes(32),
        content=canonical({"what": ""}),
    )
    return all_kinds()["test.told.v1"](what="x" * (size - len(empty)))  # type: ignore[call-arg]


@pytest.mark.django_db
def test_a_public_leaf_of_65535_bytes_is_logged_and_one_of_65536_is_refused_when_it_is_recorded(
    own_home: Path,
    logs: None,
    speaking_as: Speaking,
) -> None:
    entry = record(told(ENTRY_BYTES_MAX), on=Subject("thing", "1", 1), by=system("test"))  # type: ignore[arg-type]
    waiting = count_pending()
    with pytest.raises(BadInput, match="最多 65535 字节.*拆成几条"):
        record(told(ENTRY_BYTES_MAX + 1), on=Subject("thing", "1", 2), by=system("test"))  # type: ignore[arg-type]
    assert count_pending() == waiting
    log_everything(speaking_as, "public")
    verified = verify_proof(prove(entry).encode(), read_policy(trust_policy()))
    assert verified.kind == "test.told.v1"


@pytest.mark.django_db
def test_what_is_not_public_may_be_larger_than_a_leaf(
    own_home: Path,
    logs: None,
    officer: Actor,
    speaking_as: Speaking,
) -> None:
    entry = record(done("长" * 65_536), on=Subject("thing", "1", 1), by=officer)
    log_everything(speaking_as)
    assert verify_proof(prove(entry).encode(), read_policy(trust_policy())).kind == "test.done.v1"
