"""Circles of papers: every edge in a circle is told, what is told is a circle, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tongban.services.proofs.cycles import components, find_cycles, steps_of

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24)
Edges = list[tuple[int, int]]


def reachable(edges: Edges, start: int) -> set[int]:
    """What can be come to from `start` in one step or more, found by brute force."""
    seen = {end for begin, end in edges if begin == start}
    while more := {end for begin, end in edges if begin in seen} - seen:
        seen |= more
    return seen


@given(EDGES)
def test_an_edge_is_told_exactly_where_one_can_come_back_to_its_beginning(edges: Edges) -> None:
    told = {edge for cycle in find_cycles(edges) for edge in steps_of(cycle)}
    assert told == {(start, end) for start, end in edges if start == end or start in reachable(edges, end)}


@given(EDGES)
def test_what_is_told_is_a_circle_of_edges_that_meets_nobody_twice_and_is_told_once(edges: Edges) -> None:
    cycles = find_cycles(edges)
    for cycle in cycles:
        assert set(steps_of(cycle)) <= set(edges)
        assert len(set(cycle)) == len(cycle)
    assert len({frozenset(steps_of(cycle)) for cycle in cycles}) == len(cycles)


@given(EDGES)
def test_papers_that_only_wait_for_earlier_ones_make_no_circle(edges: Edges) -> None:
    assert find_cycles([(start, end) for start, end in edges if start < end]) == []


@given(EDGES)
def test_nodes_are_of_one_component_exactly_where_each_leads_to_the_other(edges: Edges) -> None:
    graph: dict[int, list[int]] = {n: [end for start, end in edges if start == n] for n in range(8)}
    part = components(graph)
    for one in graph:
        for other in graph:
            together = one == other or (other in reachable(edges, one) and one in reachable(edges, other))
            assert (part[one] == part[other]) is together


def test_a_circle_of_ten_thousand_items_is_told_without_running_out_of_stack() -> None:
    size = 10_000
    cycles = find_cycles([(n, (n + 1) % size) for n in range(size)][: size - 1])
    assert cycles == []
    ring = [(n, (n + 1) % 2000) for n in range(2000)]
    assert find_cycles(ring) == [tuple(range(2000))]


def test_two_that_ask_each_other_are_told_before_a_longer_circle_around_them() -> None:
    edges = [("甲", "乙"), ("乙", "丙"), ("丙", "甲"), ("乙", "甲")]
    assert find_cycles(edges) == [("甲", "乙"), ("甲", "乙", "丙")]
