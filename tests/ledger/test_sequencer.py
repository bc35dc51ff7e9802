"""From a committed act to a signed checkpoint and an offline proof; and what stops a log."""

import base64
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.journal.test_record import done
from tongban.journal.api import Actor, Subject, drain, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Unavailable
from tongban.ledger.api import (
    LogFolder,
    LogHead,
    LogRefused,
    Refused,
    create_logs,
    log_folder,
    log_heads,
    prove,
    read_policy,
    sequence,
    trust_policy,
    verify_proof,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]


def act(what: str, person: UUID | None = None) -> UUID:
    private = {person: {"note": "仅本人可见"}} if person else None
    return record(done(what), on=Subject("thing", what, 1), by=system("test"), private=private)


def log_everything(speaking_as: Speaking, origin: str = "acts") -> None:
    with speaking_as("sequencer"):
        while drain().placed:
            pass
        while sequence(origin):
            pass


def test_an_act_is_proved_offline_once_it_is_logged(logs: None, speaking_as: Speaking, person: UUID) -> None:
    entry = act("领证", person)
    with pytest.raises(Unavailable, match="几秒后"):
        prove(entry)
    log_everything(speaking_as)
    verified = verify_proof(proved(entry, for_subjects=[person]), read_policy(trust_policy()))
    assert verified.kind == "test.done.v1"
    assert verified.contents[0] == {"what": "领证"}
    assert verified.contents[1] == {"as": "s1", "note": "仅本人可见", "subject": str(person)}


def test_a_stranger_gets_a_proof_without_what_is_private(
    logs: None, speaking_as: Speaking, person: UUID
) -> None:
    entry = act("领证", person)
    log_everything(speaking_as)
    text = prove(entry)
    opening = base64.b64decode(text.split("\n")[1].removeprefix("extra "))
    assert "仅本人可见" not in opening.decode()
    assert verify_proof(text.encode(), read_policy(trust_policy())).contents[1] is None


def proved(entry: UUID, for_subjects: Sequence[UUID] | None = ()) -> bytes:
    return prove(entry, for_subjects=for_subjects).encode()


@pytest.fixture
def proof(logs: None, speaking_as: Speaking, person: UUID) -> tuple[str, str]:
    entries = [act(f"第{number}件", person) for number in range(5)]
    log_everything(speaking_as)
    return prove(entries[2], for_subjects=None), trust_policy()


def test_altering_one_byte_of_a_proof_makes_it_fail_and_say_what(proof: tuple[str, str]) -> None:
    text, policy = proof[0].encode(), read_policy(proof[1])
    assert verify_proof(text, policy)

    @hypothesis_settings(deadline=None, max_examples=400)
    @given(st.integers(0, len(text) - 1), st.integers(1, 255))
    def flip(at: int, mask: int) -> None:
        spoiled = bytearray(text)
        spoiled[at] ^= mask
        with pytest.raises(Refused) as refusal:
            verify_proof(bytes(spoiled), policy)
        assert refusal.value.what in {"unreadable", "altered", "not in the log", "unknown log"}
        assert str(refusal.value)

    flip()


def test_another_installations_log_is_not_believed(proof: tuple[str, str]) -> None:
    other = "log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\nquorum none\n"
    with pytest.raises(Refused) as refusal:
        verify_proof(proof[0].encode(), read_policy(other))
    assert refusal.value.what == "unknown log"


def test_many_rounds_keep_one_growing_tree(logs: None, speaking_as: Speaking) -> None:
    entries = []
    for round_ in range(4):
        entries += [act(f"{round_}-{number}") for number in range(130)]
        log_everything(speaking_as)
    policy = read_policy(trust_policy())
    sizes = {verify_proof(proved(entry), policy).size for entry in entries[::37]}
    assert sizes == {head.size for head in log_heads() if head.origin == "acts"}


def test_a_flipped_bit_in_a_tile_stops_the_log_but_not_the_acts(logs: None, speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    size = next(head.size for head in log_heads() if head.origin == "acts")
    tile = log_folder("acts").folder / f"tile/0/000.p/{size}"
    data = bytearray(tile.read_bytes())
    data[5] ^= 4
    tile.write_bytes(data)
    act("zwei")
    with pytest.raises(LogRefused, match="do not hash"):
        log_everything(speaking_as)
    assert act("drei")


def test_tiles_of_today_with_a_database_of_yesterday_are_refused(logs: None, speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    from tongban.ledger.models import Head

    yesterday = Head.objects.get(origin="acts")
    act("zwei")
    log_everything(speaking_as)
    with speaking_as("owner"):
        yesterday.save()
    act("drei")
    with pytest.raises(LogRefused, match="restored from a backup"):
        log_everything(speaking_as)


def test_a_log_begins_only_on_its_inception_day(speaking_as: Speaking) -> None:
    with speaking_as("owner"), pytest.raises(LogRefused, match="inception"):
        create_logs(inception=clock.real_now().date().replace(year=2020))


def test_sequencing_without_a_log_says_how_to_create_one(speaking_as: Speaking) -> None:
    with speaking_as("sequencer"), pytest.raises(LogRefused, match="tongban ledger create"):
        sequence("acts")


@pytest.mark.parametrize("line", ["witness a b", "quorum two", "log", "log nonsense"])
def test_a_policy_that_cannot_be_checked_trusts_nothing(line: str, logs: None) -> None:
    from tongban.kernel.errors import BadInput

    with pytest.raises(BadInput, match="Line 3|names no log"):
        read_policy(f"{trust_policy().splitlines()[0]}\n\n{line}\n")


def test_an_officer_is_named_in_the_proof(logs: None, speaking_as: Speaking, officer: Actor) -> None:
    entry = record(done("批准"), on=Subject("thing", "x", 1), by=officer)
    log_everything(speaking_as)
    verified = verify_proof(proved(entry), read_policy(trust_policy()))
    assert (verified.columns["actor"], verified.columns["agency"]) == ("officer:LC-0007", "lanchuan.spj")


def test_why_a_log_is_stopped_is_shown_until_it_goes_on(logs: None, speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    size = acts_head().size
    tile = log_folder("acts").folder / f"tile/0/000.p/{size}"
    whole = tile.read_bytes()
    tile.write_bytes(bytes(len(whole)))
    act("zwei")
    for _ in range(2):
        with pytest.raises(LogRefused):
            log_everything(speaking_as)
    assert "do not hash" in acts_head().refusal
    assert acts_head().refused_at
    tile.write_bytes(whole)
    log_everything(speaking_as)
    assert (acts_head().size, acts_head().refusal, acts_head().refused_at) == (size + 1, "", None)


def acts_head() -> LogHead:
    return next(head for head in log_heads() if head.origin == "acts")


def test_a_clock_that_went_back_stops_the_log(
    logs: None, speaking_as: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    act("eins")
    log_everything(speaking_as)
    earlier = clock.real_now() - timedelta(hours=1)
    act("zwei")
    monkeypatch.setattr(clock, "real_now", lambda: earlier)
    with pytest.raises(LogRefused, match="clock went back"):
        log_everything(speaking_as)
    monkeypatch.undo()
    log_everything(speaking_as)
    assert acts_head().refusal == ""


def test_what_the_disk_gives_back_otherwise_is_not_signed(
    logs: None, speaking_as: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    act("eins")
    log_everything(speaking_as)
    before = acts_head()
    real = LogFolder.stage

    def altered(self: LogFolder, name: str, files: dict[str, bytes]) -> None:
        spoiled = {path: data.replace(b'"v":1', b'"v":7') for path, data in files.items()}
        real(self, name, spoiled)

    monkeypatch.setattr(LogFolder, "stage", altered)
    act("zwei")
    with pytest.raises(LogRefused, match="alters data"):
        log_everything(speaking_as)
    assert acts_head().checkpoint == before.checkpoint
    monkeypatch.undo()
    log_everything(speaking_as)
    assert acts_head().size == before.size + 1


def test_a_placed_row_that_was_removed_stops_the_log(logs: None, speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    entries = [act("zwei"), act("drei"), act("vier")]
    with speaking_as("sequencer"):
        drain()
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute("delete from journal_placed where entry = %s", [entries[0]])
    with pytest.raises(LogRefused, match="rows were removed"):
        log_everything(speaking_as)


def test_idle_rounds_write_nothing(
    logs: None,
    speaking_as: Speaking,
    django_assert_num_queries: Callable[[int], AbstractContextManager[None]],
) -> None:
    act("eins")
    log_everything(speaking_as)
    before = {path: path.stat().st_mtime_ns for path in log_folder("acts").folder.rglob("*")}
    with speaking_as("sequencer"), django_assert_num_queries(2):
        assert sequence("acts") == 0
    assert {path: path.stat().st_mtime_ns for path in log_folder("acts").folder.rglob("*")} == before


def test_partials_go_when_their_tile_is_full(logs: None, speaking_as: Speaking) -> None:
    for step in (100, 100, 100, 1):
        for number in range(step):
            act(str(number))
        log_everything(speaking_as)
    folder = log_folder("acts").folder
    assert (folder / "tile/0/000").exists()
    assert not (folder / "tile/0/000.p").exists()
    assert not (folder / "tile/entries/000.p").exists()
    assert len(log_folder("acts").fetch("tile/0/000.p/100")) == 3200
