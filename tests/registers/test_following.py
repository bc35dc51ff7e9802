"""Ids of clusters are permanent: which one a group of records goes by, whatever the groups were before."""

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tongban.bulk.grouping import group_apart
from tongban.registers.linkage.following import Known, Record, follow


def of(n: int) -> UUID:
    return UUID(int=n)


def rows(*names: str) -> list[Record]:
    return [("social-card", name) for name in names]


A, B, C, D = rows("a", "b", "c", "d")


def test_a_group_of_records_that_nobody_knew_is_a_new_cluster() -> None:
    assert follow({"a": [A, B]}, Known({}, {}, [])).goes_by == {"a": None}


def test_a_cluster_keeps_its_id_while_records_come_and_go() -> None:
    known = Known({A: of(1), B: of(1)}, {of(1): A}, [])
    assert follow({"a": [A, C]}, known).goes_by == {"a": of(1)}


def test_of_two_that_turn_out_to_be_one_the_older_stays_and_the_other_points_to_it() -> None:
    known = Known({A: of(2), B: of(2), C: of(1), D: of(1)}, {of(2): A, of(1): C}, [])
    found = follow({"a": [A, B, C, D]}, known)
    assert found.goes_by == {"a": of(1)}
    assert found.merged == {"a": [of(2)]}
    assert not found.split


def test_a_cluster_that_is_split_stays_with_its_anchor() -> None:
    known = Known({one: of(1) for one in (A, B, C, D)}, {of(1): C}, [])
    found = follow({"a": [A, B], "c": [C, D]}, known)
    assert found.goes_by == {"a": None, "c": of(1)}
    assert found.split == {"a": [of(1)]}


def test_an_anchor_that_stands_alone_keeps_its_cluster_and_one_that_is_gone_leaves_it_to_most() -> None:
    held = {one: of(1) for one in (A, B, C, D)}
    assert follow({"b": [B, C, D]}, Known(held, {of(1): A}, [A])).goes_by == {"b": None}
    assert follow({"b": [B, C, D]}, Known(held, {of(1): A}, [])).goes_by == {"b": of(1)}


RECORDS = st.integers(0, 11).map(lambda n: ("social-card", f"{n:02}"))
PARTITIONS = st.lists(st.sets(RECORDS, min_size=2, max_size=5), max_size=4).map(
    lambda sets: [
        sorted(one - set().union(*sets[:n]))
        for n, one in enumerate(sets)
        if len(one - set().union(*sets[:n])) > 1
    ]
)


@given(st.lists(PARTITIONS, min_size=2, max_size=5))
def test_through_any_number_of_runs_an_id_is_of_its_anchor_and_of_no_two_groups(
    runs: list[list[list[Record]]],
) -> None:
    held: dict[Record, UUID] = {}
    anchors: dict[UUID, Record] = {}
    first: dict[UUID, Record] = {}
    fresh = map(of, count(1))
    for groups in ({min(one)[1]: one for one in run} for run in runs):
        grouped = {record for records in groups.values() for record in records}
        alone = [anchor for anchor in anchors.values() if anchor not in grouped]
        found = follow(groups, Known(held, anchors, alone))
        ids = {name: found.goes_by[name] or next(fresh) for name in groups}
        assert len(set(ids.values())) == len(ids)
        for gone in (cluster for merged in found.merged.values() for cluster in merged):
            del anchors[gone]
        for name, cluster in ids.items():
            anchors.setdefault(cluster, min(groups[name]))
            first.setdefault(cluster, anchors[cluster])
        held = {record: ids[name] for name, records in groups.items() for record in records}
        held |= {anchors[cluster]: cluster for cluster in anchors if anchors[cluster] not in held}
        assert all(
            held[anchor] == cluster and first[cluster] == anchor for cluster, anchor in anchors.items()
        )


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.floats(0.5, 1)), max_size=12),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=3),
)
def test_two_that_somebody_told_apart_are_never_in_one_group(
    edges: list[tuple[str, str, float]], apart: list[tuple[str, str]]
) -> None:
    groups = group_apart(edges, [pair for pair in apart if pair[0] != pair[1]])
    assert all(groups.get(one, one) != groups.get(other, other) for one, other in apart if one != other)


def test_a_chain_is_cut_at_its_weakest_link() -> None:
    edges = [("a", "b", 0.99), ("b", "c", 0.9), ("c", "d", 0.98)]
    assert group_apart(edges, [("a", "d")]) == {"a": "a", "b": "a", "c": "c", "d": "c"}
