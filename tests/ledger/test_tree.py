"""The tree and its proofs against the plain definition of RFC 6962, for every shape up to a few tiles."""

from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.ledger.tiles import (
    Edge,
    bundle_of,
    entries_of,
    fetch_from,
    grow,
    read_edge,
    subtree_reader,
    tile_path,
)
from tongban.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    root_of_inclusion,
    split,
)

SIZE = 1_300
ENTRIES = [f"entry {number}".encode() for number in range(SIZE)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def defined(low: int, high: int) -> bytes:
    if high - low == 0:
        return EMPTY_ROOT
    if high - low == 1:
        return LEAVES[low]
    return node_hash(defined(low, low + split(high - low)), defined(low + split(high - low), high))


def built(steps: list[int]) -> tuple[Edge, dict[str, bytes]]:
    edge, files, at = Edge(), {}, 0
    for step in steps:
        edge, new = grow(edge, ENTRIES[at : at + step], LEAVES[at : at + step])
        files |= new
        at += step
    return edge, files


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_a_tree_grown_in_any_steps_has_the_defined_root(steps: list[int]) -> None:
    edge, files = built(steps)
    assert edge.root() == defined(0, sum(steps))
    again = read_edge(edge.size, fetch_from(files))
    assert again == edge


@settings(deadline=None, max_examples=60)
@given(st.integers(1, SIZE), st.data())
def test_every_leaf_of_every_size_proves_its_inclusion(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    _, files = built([size])
    proof = inclusion_proof(index, size, subtree_reader(size, fetch_from(files)))
    assert root_of_inclusion(LEAVES[index], index, size, proof) == defined(0, size)
    if proof:
        spoiled = [*proof[:-1], bytes(32)]
        assert root_of_inclusion(LEAVES[index], index, size, spoiled) != defined(0, size)
    assert root_of_inclusion(LEAVES[index], index, size, [*proof, bytes(32)]) != defined(0, size)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, SIZE), st.data())
def test_every_larger_tree_proves_that_it_extends_a_smaller_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    _, files = built([new])
    proof = consistency_proof(old, new, subtree_reader(new, fetch_from(files)))
    assert is_consistent(old, new, defined(0, old), defined(0, new), proof)
    assert not is_consistent(old, new, bytes(32), defined(0, new), proof)
    if proof:
        assert not is_consistent(old, new, defined(0, old), defined(0, new), proof[:-1])


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
        (1, 1000, 1, "tile/1/x001/000.p/1"),
    ],
)
def test_tile_paths_are_those_of_the_specification(
    level: int | str, number: int, width: int, path: str
) -> None:
    assert tile_path(level, number, width) == path


def test_a_size_of_70000_has_the_tiles_the_specification_lists() -> None:
    blank = Edge()
    _, files = grow(blank, [b""] * 70_000, [LEAVES[0]] * 70_000)
    hashes = [path for path in files if not path.startswith("tile/entries")]
    assert sum(path.startswith("tile/0/") and ".p/" not in path for path in hashes) == 273
    assert {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= set(hashes)
    assert len(hashes) == 273 + 4


def test_a_bundle_that_is_cut_off_is_refused() -> None:
    bundle = bundle_of([b"one", b"", b"three"])
    assert entries_of(bundle) == [b"one", b"", b"three"]
    for cut in range(1, len(bundle)):
        with suppress(ValueError):
            assert entries_of(bundle[:cut]) != [b"one", b"", b"three"]
    with pytest.raises(ValueError, match="cut off"):
        entries_of(bundle[:-1])
