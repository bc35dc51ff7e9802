"""Circles in a graph of items: an edge says that an item asks for a paper which another item issues.

Told are the shortest circles, one through each edge that lies in any: all of them would be exponentially many, and
each edge in a circle is a paper somebody has to give up.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(graph: Mapping[Node, Sequence[Node]]) -> dict[Node, int]:
    """The number of the strongly connected component of each node (Tarjan 1972), without recursion."""
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    found: dict[Node, int] = {}
    stack: list[Node] = []
    for root in graph:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        work = [(root, iter(graph[root]))]
        while work:
            node, ahead = work[-1]
            for after in ahead:
                if after not in order:
                    order[after] = low[after] = len(order)
                    stack.append(after)
                    work.append((after, iter(graph.get(after, ()))))
                    break
                if after not in found:
                    low[node] = min(low[node], order[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    number = order[node]
                    while node not in found:
                        found[stack.pop()] = number
    return found


def find_cycles(edges: Iterable[tuple[Node, Node]]) -> list[tuple[Node, ...]]:
    """The shortest circles through each edge that lies in one, each once, the shortest first.

    A circle is told as its nodes in order, each once; it begins with the node that was named first among the edges.
    """
    graph: dict[Node, list[Node]] = {}
    for start, end in dict.fromkeys(edges):
        graph.setdefault(start, []).append(end)
        graph.setdefault(end, [])
    part = components(graph)
    rank = {node: n for n, node in enumerate(graph)}
    within = {node: [one for one in ahead if part[one] == part[node]] for node, ahead in graph.items()}
    told: dict[tuple[Node, ...], None] = {}
    for start, ahead in within.items():
        for end in ahead:
            way = _shortest(within, end, start)
            first = min(range(len(way)), key=lambda n: rank[way[n]])
            told[(*way[first:], *way[:first])] = None
    return sorted(told, key=len)


def steps_of(cycle: Sequence[Node]) -> list[tuple[Node, Node]]:
    """The edges of a circle, in order."""
    return list(pairwise((*cycle, cycle[0])))


def _shortest(graph: Mapping[Node, Sequence[Node]], start: Node, goal: Node) -> list[Node]:
    """A shortest way from `start` to `goal`, both included; the two lie in one component, so there is one."""
    came: dict[Node, Node] = {start: start}
    ahead = deque([start])
    while goal not in came:
        node = ahead.popleft()
        for after in graph[node]:
            if after not in came:
                came[after] = node
                ahead.append(after)
    way = [goal]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]
