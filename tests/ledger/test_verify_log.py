"""Checking whole logs: every file is read, and the one that does not fit is named with path and index."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.signing import Cosigner, Log
from tests.ledger.test_tree import ENTRIES, built, defined
from tongban.ledger.heads import Refused
from tongban.ledger.policy import policy_text, read_policy
from tongban.ledger.tiles import bundle_of
from tongban.ledger.verify_log import WholeLog, verify_log

LOG = Log("city.example/log")
WITNESS = Cosigner("witness.example/a")
POLICY = read_policy(policy_text([LOG.verifier]))
SIZE = 1_000
Files = dict[str, bytes]


def files_of(size: int, *, partials_of: int | None = None) -> Files:
    steps = [partials_of, size - partials_of] if partials_of else [size]
    _, files = built(steps)
    return {**files, "checkpoint": LOG.sign(size, defined(0, size))}


def fetch_from(files: Files, *, secret: bool = False) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        if secret and "entries" in path:
            raise PermissionError(path)
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return fetch


def check(files: Files, *, secret: bool = False) -> WholeLog:
    return verify_log(fetch_from(files, secret=secret), POLICY)


def refusal(files: Files, *, secret: bool = False) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        check(files, secret=secret)
    return refused.value.what, str(refused.value)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 1_000, 1_300])
def test_a_whole_log_of_any_size_fits(size: int) -> None:
    whole = check(files_of(size))
    assert (whole.head.size, whole.with_entries) == (size, True)
    assert whole.entry_bytes == sum(map(len, ENTRIES[:size]))
    assert not check(files_of(size), secret=True).with_entries or size == 0


def test_files_are_fetched_ahead_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(4) as pool:
        whole = verify_log(
            fetch_from(files_of(SIZE)), POLICY, ahead=pool, progress=lambda *one: told.append(one)
        )
    assert whole.head.size == SIZE
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("path", "at", "says"),
    [
        ("tile/entries/001", 2 + 5, "tile/entries/001, entry 256 of the log"),
        ("tile/entries/003.p/232", 2 + 5, "tile/entries/003.p/232, entry 768 of the log"),
        ("tile/0/002", 32 * 9 + 1, "tile/0/002, hash 9, is not that of entry 521"),
        ("tile/0/003.p/232", 32 * 31, "tile/0/003.p/232, hash 31, is not that of entry 799"),
        ("tile/1/000.p/3", 40, "tile/1/000.p/3, hash 1, is not that of tile/0/001"),
    ],
)
def test_a_flipped_bit_is_named_by_path_and_index(path: str, at: int, says: str) -> None:
    files = files_of(SIZE)
    files[path] = flipped(files[path], at)
    what, sentence = refusal(files)
    assert what == "altered"
    assert says in sentence


def test_a_flipped_bit_of_a_hash_is_found_without_the_entries() -> None:
    for path, name in (("tile/0/002", "tile/0/002"), ("tile/1/000.p/3", "tile/1/000.p/3")):
        files = files_of(SIZE)
        files[path] = flipped(files[path], 70)
        what, sentence = refusal(files, secret=True)
        assert (what, name in sentence) == ("altered", True)


def test_a_flipped_bit_of_the_checkpoint_is_the_checkpoints() -> None:
    files = files_of(SIZE)
    at = files["checkpoint"].index(b"\n1000\n") + 1
    files["checkpoint"] = files["checkpoint"][:at] + b"9" + files["checkpoint"][at + 1 :]
    assert refusal(files)[0] == "altered"


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001", "tile/1/000.p/3", "tile/entries/002"])
def test_a_missing_file_is_named(path: str) -> None:
    files = files_of(SIZE)
    del files[path]
    assert refusal(files) == ("incomplete", f"{path} is missing.")


def test_a_full_tile_may_stand_where_a_partial_one_did() -> None:
    files = files_of(1_300)
    files["checkpoint"] = LOG.sign(SIZE, defined(0, SIZE))
    assert "tile/0/003.p/232" not in files
    files["tile/1/000.p/3"] = files["tile/1/000.p/5"][: 3 * 32]
    assert check(files).head.size == SIZE


def test_an_entry_replaced_with_all_its_hashes_does_not_lead_to_the_signed_root() -> None:
    forged = [*ENTRIES[:700], b"another entry", *ENTRIES[701:SIZE]]
    from tongban.ledger.tiles import Edge, grow
    from tongban.ledger.tree import leaf_hash

    edge, files = grow(Edge(), forged, [leaf_hash(entry) for entry in forged])
    what, sentence = refusal({**files, "checkpoint": LOG.sign(SIZE, defined(0, SIZE))})
    assert (what, "rewritten after it was signed" in sentence) == ("altered", True)
    assert check({**files, "checkpoint": LOG.sign(SIZE, edge.root())}).head.size == SIZE


def test_entries_moved_between_each_other_are_found() -> None:
    files = files_of(SIZE)
    entries = ENTRIES[256:512]
    files["tile/entries/001"] = bundle_of([*entries[:3], entries[4], entries[3], *entries[5:]])
    assert "entry 259 " in refusal(files)[1]
    files["tile/entries/001"] = bundle_of(entries[:-1])
    assert "not a bundle of 256" in refusal(files)[1]


def test_a_folder_with_a_witnessed_and_a_newer_head_is_one_history() -> None:
    quorum = read_policy(policy_text([LOG.verifier], f"witness a {WITNESS.verifier}\nquorum a\n"))
    files = files_of(SIZE)
    older = LOG.sign(700, defined(0, 700))
    files["witnessed"] = older + WITNESS.line(older, int(time.time()))
    whole = verify_log(fetch_from(files), quorum)
    assert (whole.head.size, [one.name for one in whole.witnessed]) == (SIZE, ["a"])
    forked = LOG.sign(700, sha256(b"another").digest())
    larger = LOG.sign(1_100, defined(0, 1_100))
    for note, what in (
        (forked + WITNESS.line(forked, 1), "log forked"),
        (larger + WITNESS.line(larger, 1), "log forked"),
        (older, "witness missing"),
    ):
        with pytest.raises(Refused) as refused:
            verify_log(fetch_from({**files, "witnessed": note}), quorum)
        assert refused.value.what == what


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_alteration_of_a_file_passes_or_breaks_the_checker(data: st.DataObject) -> None:
    files = files_of(600)
    path = data.draw(st.sampled_from(sorted(files)))
    before = files[path]
    at = data.draw(st.integers(0, len(before)))
    noise = data.draw(st.binary(min_size=1, max_size=40))
    shape = data.draw(st.sampled_from(["insert", "cut", "replace"]))
    after = {
        "insert": before[:at] + noise + before[at:],
        "cut": before[:at],
        "replace": before[:at] + noise + before[at + len(noise) :],
    }[shape]
    if after == before:
        return
    files[path] = after
    with pytest.raises(Refused) as refused:
        check(files)
    assert refused.value.what in {"altered", "incomplete", "unknown log"}
