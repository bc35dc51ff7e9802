"""After a restore: yesterday's database with today's tiles, today's database with yesterday's tiles, altered files."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.conftest import Speaking
from tests.journal.conftest import *  # noqa: F403 - the act to record
from tests.ledger.test_sequencer import act, log_everything
from tongban.journal.api import count_pending, leaf_sources, timeline
from tongban.ledger.api import (
    LogRefused,
    adopt,
    log_folder,
    log_heads,
    prove,
    read_policy,
    size_of,
    trust_policy,
    verify_proof,
)
from tongban.ledger.leaf import commitment_of
from tongban.ledger.note import read_checkpoint
from tongban.ledger.tiles import check_tiles, subtree_reader
from tongban.ledger.tree import consistency_proof, is_consistent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home", "logs")]


class Undone(Exception):  # noqa: N818 - nothing is wrong
    """The database is yesterday's again."""


@contextmanager
def a_day_that_the_database_forgets() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


def head() -> tuple[int, bytes, str, str]:
    one = next(one for one in log_heads() if one.origin == "acts")
    return one.size, one.root, one.checkpoint, one.refusal


def leaves() -> list[bytes]:
    size, root, *_ = head()
    return [
        commitment_of(leaf)
        for _, bundle in check_tiles(size, root, log_folder("acts").fetch)
        for leaf in bundle
    ]


def extends(note: bytes) -> bool:
    old = read_checkpoint(note.partition(b"\n\n")[0] + b"\n")
    size, root, *_ = head()
    proof = consistency_proof(old.size, size, subtree_reader(size, log_folder("acts").fetch))
    return is_consistent(old.size, size, old.root, root, proof)


def commitments() -> dict[UUID, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("select id, commitment from journal_entry where kind = 'test.done.v1'")
        return {entry: bytes(committed) for entry, committed in cursor.fetchall()}


def adopted(speaking_as: Speaking, origin: str = "acts") -> object:
    with speaking_as("owner"):
        return adopt(origin)


def test_a_database_of_yesterday_finds_its_entries_in_the_tiles_of_today(speaking_as: Speaking) -> None:
    early = [act(f"früh {number}") for number in range(3)]
    log_everything(speaking_as)
    first = log_folder("acts").published()
    waiting = [act("vor der Sicherung") for _ in range(2)]
    with a_day_that_the_database_forgets():
        act("verloren 1")
        log_everything(speaking_as)
        act("verloren 2")
        log_everything(speaking_as)
    today = log_folder("acts").published()
    late = [act("nach der Sicherung") for _ in range(4)]
    with pytest.raises(LogRefused, match="tongban ledger adopt"):
        log_everything(speaking_as)
    assert "restored from a backup" in head()[3]
    done = adopted(speaking_as)
    assert (done.matched, done.orphans, done.size_after) == (2, 2, size_of(today))  # type: ignore[attr-defined]
    assert head()[3] == ""
    log_everything(speaking_as)
    assert extends(first)
    assert extends(today)
    logged = leaves()
    assert len(set(logged)) == len(logged)
    held = commitments()
    assert all(logged.count(held[entry]) == 1 for entry in early + waiting + late)
    policy = read_policy(trust_policy())
    for entry in early + waiting + late:
        assert verify_proof(prove(entry).encode(), policy).kind == "test.done.v1"


def test_lost_entries_are_named_in_the_public_log(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    begin = head()[0]
    with a_day_that_the_database_forgets():
        for number in range(3):
            act(f"verloren {number}")
        log_everything(speaking_as)
    adopted(speaking_as)
    (orphans,) = timeline(objects=["log:acts"], kinds=["ledger.orphans.v1"])
    (taken,) = timeline(objects=["log:acts"], kinds=["ledger.adopted.v1"])
    assert orphans.content == {"log": "acts", "indexes": f"{begin}-{begin + 2}"}
    assert taken.content["size_before"] == begin
    log_everything(speaking_as, "public")
    assert verify_proof(prove(orphans.id).encode(), read_policy(trust_policy())).log.endswith("/public")
    new = act("neu")
    log_everything(speaking_as)
    assert verify_proof(prove(new).encode(), read_policy(trust_policy())).index == begin + 3


def test_adopting_twice_changes_nothing(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    with a_day_that_the_database_forgets():
        act("verloren")
        log_everything(speaking_as)
    adopted(speaking_as)
    before = head()
    done = adopted(speaking_as)
    assert (done.matched, done.orphans, done.rebuilt) == (0, 0, 0)  # type: ignore[attr-defined]
    assert head() == before
    assert len(timeline(objects=["log:acts"], kinds=["ledger.adopted.v1"])) == 1


def test_tiles_that_do_not_hash_are_not_taken_over(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    before = head()
    with a_day_that_the_database_forgets():
        act("verloren")
        log_everything(speaking_as)
        size = head()[0]
    flip(log_folder("acts").folder / f"tile/entries/000.p/{size}")
    with pytest.raises(LogRefused, match=rf"tile/(entries|0)/000.p/{size}"):
        adopted(speaking_as)
    assert head()[:3] == before[:3]


def flip(path: Path, at: int = 9) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Keeps a copy of the log's folder, and puts it back."""

    def keep() -> Callable[[], None]:
        folder, copy = log_folder("acts").folder, tmp_path / "backup"
        shutil.copytree(folder, copy)

        def put_back() -> None:
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)

        return put_back

    return keep


def test_tiles_of_yesterday_are_refused_and_built_anew_from_the_journal(
    speaking_as: Speaking, kept: Callable[[], Callable[[], None]]
) -> None:
    for number in range(40):
        act(f"{number}")
    log_everything(speaking_as)
    put_back = kept()
    entries = [act(f"heute {number}") for number in range(300)]
    log_everything(speaking_as)
    today, count = log_folder("acts").published(), head()[0]
    put_back()
    act("weiter")
    with pytest.raises(LogRefused, match="folder was restored from a backup"):
        log_everything(speaking_as)
    assert adopted(speaking_as).rebuilt > 3  # type: ignore[attr-defined]
    assert log_folder("acts").published() == today
    assert head()[0] == count
    log_everything(speaking_as)
    assert extends(today)
    assert leaves()
    assert verify_proof(prove(entries[7]).encode(), read_policy(trust_policy()))


def test_a_folder_that_is_gone_is_built_anew(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    note = log_folder("acts").published()
    shutil.rmtree(log_folder("acts").folder)
    act("zwei")
    with pytest.raises(LogRefused, match="folder was restored from a backup"):
        log_everything(speaking_as)
    adopted(speaking_as)
    assert log_folder("acts").published() == note
    log_everything(speaking_as)
    assert extends(note)


def test_a_journal_that_was_altered_builds_no_tiles(
    speaking_as: Speaking, kept: Callable[[], Callable[[], None]]
) -> None:
    act("eins")
    log_everything(speaking_as)
    put_back = kept()
    entry = act("zwei")
    log_everything(speaking_as)
    put_back()
    with speaking_as("owner"), connection.cursor() as cursor:
        cursor.execute("update journal_entry set agency = 'andere' where id = %s", [entry])
    files = {path for path in log_folder("acts").folder.rglob("*") if path.is_file()}
    with pytest.raises(LogRefused, match="does not hash to the head"):
        adopted(speaking_as)
    assert {path for path in log_folder("acts").folder.rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("which", ["bundle", "partial bundle", "level 0", "partial", "level 1", "checkpoint"])
def test_a_flipped_bit_is_found_and_mended_from_the_journal(which: str, speaking_as: Speaking) -> None:
    for number in range(300):
        act(f"{number}")
    log_everything(speaking_as)
    size = head()[0]
    width, whole = size % 256, size // 256
    path = (
        log_folder("acts").folder
        / {
            "bundle": "tile/entries/000",
            "partial bundle": f"tile/entries/00{whole}.p/{width}",
            "level 0": "tile/0/000",
            "partial": f"tile/0/00{whole}.p/{width}",
            "level 1": f"tile/1/000.p/{whole}",
            "checkpoint": "checkpoint",
        }[which]
    )
    before = path.read_bytes()
    flip(path, at=len(before) // 2)
    act("danach")
    if which not in {"bundle", "level 0"}:  # those lie behind the edge: readers and the audit hash them
        with pytest.raises(LogRefused):
            log_everything(speaking_as)
        assert head()[3]
    adopted(speaking_as)
    assert path.read_bytes() == before
    log_everything(speaking_as)
    assert len(leaves()) == head()[0] > size


def test_an_earlier_partial_that_was_altered_is_replaced_by_a_later_one(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    path = f"tile/0/000.p/{head()[0]}"
    before = log_folder("acts").fetch(path)
    act("zwei")
    log_everything(speaking_as)
    flip(log_folder("acts").folder / path)
    assert adopted(speaking_as).rebuilt == 1  # type: ignore[attr-defined]
    assert log_folder("acts").fetch(path) == before


def test_a_torn_file_is_found_and_mended(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    path = log_folder("acts").folder / f"tile/0/000.p/{head()[0]}"
    before = path.read_bytes()
    path.write_bytes(before[:-7])
    act("zwei")
    with pytest.raises(LogRefused, match="do not hash|cannot be read"):
        log_everything(speaking_as)
    adopted(speaking_as)
    assert path.read_bytes() == before
    log_everything(speaking_as)
    assert len(leaves()) == head()[0]


def test_a_checkpoint_that_was_only_witnessed_counts_as_given_out(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    older = log_folder("acts").published()
    with a_day_that_the_database_forgets():
        act("verloren")
        log_everything(speaking_as)
    folder = log_folder("acts").folder
    newer = (folder / "checkpoint").read_bytes()
    (folder / "witnessed").write_bytes(newer)
    (folder / "checkpoint").write_bytes(older)
    act("zwei")
    with pytest.raises(LogRefused, match="restored from a backup"):
        log_everything(speaking_as)
    adopted(speaking_as)
    assert log_folder("acts").published() == newer
    log_everything(speaking_as)
    assert extends(newer)


def test_two_signed_histories_are_never_made_one(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    with a_day_that_the_database_forgets():
        act("verloren")
        log_everything(speaking_as)
    folder = log_folder("acts")
    forked = folder.published()
    shutil.rmtree(folder.folder)
    with speaking_as("owner"):
        adopt("acts")
    act("anderes")
    log_everything(speaking_as)
    (folder.folder / "witnessed").write_bytes(forked)
    with pytest.raises(LogRefused, match="two histories"):
        adopted(speaking_as)
    act("drei")
    with pytest.raises(LogRefused):
        log_everything(speaking_as)


def test_the_journal_gives_every_leaf_again(speaking_as: Speaking) -> None:
    act("eins")
    log_everything(speaking_as)
    assert [source.commitment for source in leaf_sources("acts", start=0, limit=10_000)] == leaves()
    assert count_pending() == 0
