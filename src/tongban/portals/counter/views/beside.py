"""The queue beside a case: the page of it that the case was opened from, and the ways to the cases around it."""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from tongban.cases.api import queue
from tongban.portals.counter.views.queue import after_key, case_address, group_titles, queue_row, wanted_of
from tongban.portals.design import parts
from tongban.portals.design.middleware import actor


@dataclass(frozen=True)
class Beside:
    """Groups of the queue, the case's place among `total` (0: it is not in it), and the addresses around it."""

    groups: tuple[tuple[str, tuple[parts.QueueRow, ...]], ...]
    place: int
    total: int
    previous: str
    following: str
    #: Whether the next case opens when this one is done, and the address that turns it.
    onward: bool
    turned: str


def beside_of(request: HttpRequest, number: str) -> Beside:
    """What stands beside a case, from the state in its address. As many queries as a page of the queue."""
    came_from, onward = request.GET.get("from", ""), bool(request.GET.get("next"))
    said, who = QueryDict(came_from), actor(request)
    rows = queue(who, wanted_of(said, who), after=after_key(said.get("after", "")))
    shown = [queue_row(row, came_from, onward=onward) for row in rows]
    at = next((place for place, row in enumerate(rows) if row.number == number), -1)
    groups = (
        (title, tuple(one for one, row in zip(shown, rows, strict=True) if row.group == name))
        for name, title in group_titles().items()
    )
    return Beside(
        groups=tuple((title, some) for title, some in groups if some),
        place=at + 1,
        total=len(rows),
        previous=shown[at - 1].url if at > 0 else "",
        following=shown[at + 1].url if at + 1 < len(shown) else "",
        onward=onward,
        turned=case_address(number, came_from, onward=not onward),
    )
