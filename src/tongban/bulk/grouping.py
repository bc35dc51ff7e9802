"""Groups of records in which two never are that somebody said are not one."""

from collections.abc import Iterable


def group_apart(edges: Iterable[tuple[str, str, float]], apart: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The group of each record of the edges, called after its least record; records alone are in none.

    The surest edges join first; an edge that would bring two together who are to stay apart joins nothing.
    """
    group: dict[str, set[str]] = {}
    never: dict[str, set[str]] = {}
    for one, other in apart:
        never.setdefault(one, set()).add(other)
        never.setdefault(other, set()).add(one)
    for one, other, _sure in sorted(edges, key=lambda edge: (-edge[2], edge[:2])):
        left, right = group.setdefault(one, {one}), group.setdefault(other, {other})
        if left is right or any(never.get(member, set()) & right for member in left):
            continue
        left |= right
        for member in right:
            group[member] = left
    return {record: min(members) for record, members in group.items() if len(members) > 1}
