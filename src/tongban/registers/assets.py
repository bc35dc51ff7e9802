"""Data as an asset: each resource that a register here answers, with what it is, what it does and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum

from tongban.catalogue.api import get_resources
from tongban.exchange.api import Used, registers_bound, used_in
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed
from tongban.registers.loads.models import Load
from tongban.registers.quality.queries import points_of
from tongban.registers.queries import sizes_of

#: What assets are ranked by; the most first.
RANKS = ("cases", "uses", "consumers", "points", "rows", "size", "seconds")


@dataclass(frozen=True)
class Asset:
    """A resource as an asset, in a span of days: its size, quality (None: nobody looked), use, and what it takes.

    `cases` are those in which it stood in the place of a paper; `size` is in bytes with indexes; `seconds` are those of
    gathering, the processor's and the waiting.
    """

    resource: str
    name: str
    agency: str
    rows: int
    points: float | None
    uses: int
    consumers: int
    cases: int
    size: int
    seconds: float


def assets_in(first: date, last: date, *, by: Actor, rank: str = "cases") -> list[Asset]:
    """All resources that a register here answers, the first of the ranking first. Seven queries.

    Raises:
        NotAllowed: not a data officer.
    """
    if not by.has_role("data-officer"):
        raise NotAllowed("数据资产由数据专员查看，您没有这个角色。")
    bound = registers_bound()
    registers = sorted(set(bound.values()))
    sizes, points, seconds = sizes_of(registers), points_of(registers), _seconds(first, last)
    used, views = used_in(first, last), get_resources(set(bound))
    made = []
    for code, register in bound.items():
        if code not in views:
            continue
        rows, size = sizes.get(register, (0, 0))
        use = used.get(code, Used())
        made.append(
            Asset(
                code,
                views[code].name,
                views[code].agency,
                rows,
                points.get(register),
                use.uses,
                use.consumers,
                use.cases,
                size,
                seconds.get(register, 0.0),
            )
        )
    chosen = rank if rank in RANKS else RANKS[0]
    # What is alike stands by use, then by name.
    return sorted(made, key=lambda one: (-(getattr(one, chosen) or 0), -one.uses, one.name))


def _seconds(first: date, last: date) -> Mapping[str, float]:
    """How long registers were gathered into in these days. One query."""
    begin, end = (
        datetime.combine(day, time.min, clock.CITY_ZONE) for day in (first, last + timedelta(days=1))
    )
    ended = Load.objects.filter(ended_at__gte=begin, ended_at__lt=end, seconds__isnull=False).order_by()
    return dict(ended.values_list("register").annotate(Sum("seconds")))
