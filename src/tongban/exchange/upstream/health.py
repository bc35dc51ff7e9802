"""How systems outside are: what a health page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from tongban.exchange.models import Binding
from tongban.exchange.ports import FAULT_WORDS, Reach
from tongban.exchange.upstream.models import Inquiry, UpstreamState
from tongban.exchange.upstream.settings import HttpUpstream
from tongban.exchange.upstream.source import reach_of
from tongban.exchange.upstream.timing import Times, times_of
from tongban.kernel import clock


@dataclass(frozen=True)
class UpstreamHealth:
    """A system outside: the resources it answers for, whether it is asked now, and what was never answered.

    `state` is `unasked`, `well`, `failing` (some failures in a row), `open` (not asked until `open_until`) or `trying`
    (the next question decides). `unanswered` counts questions whose end is not journalled though nobody waits any more,
    `times` says how long the newest ones took.
    """

    system: str
    title: str
    resources: tuple[str, ...]
    permits: int
    state: str
    failures: int
    open_until: datetime | None
    last_fault: str
    failed_at: datetime | None
    answered_at: datetime | None
    on_their_way: int
    unanswered: int
    unanswered_since: datetime | None
    times: Times

    @property
    def state_words(self) -> str:
        """The state in Chinese."""
        return {
            "unasked": "尚未查询",
            "well": "正常",
            "failing": "有失败",
            "open": "暂停查询",
            "trying": "等待试探",
        }[self.state]

    @property
    def fault_words(self) -> str:
        """The last fault in Chinese; empty if there was none."""
        return FAULT_WORDS.get(self.last_fault, "")


def source_health() -> list[UpstreamHealth]:
    """Every system outside that a binding names, by its address; five queries, whatever their number."""
    found: dict[str, tuple[Reach, list[str]]] = {}
    for row in Binding.objects.filter(adapter="upstream").order_by("resource"):
        reach = reach_of(HttpUpstream.model_validate(row.settings))
        found.setdefault(reach.system, (reach, []))[1].append(row.resource)
    states = {row.system: row for row in UpstreamState.objects.all()}
    times = times_of(list(found))
    now = clock.real_now()
    open_ones = Inquiry.objects.values("system").order_by("system")
    way = _counted(open_ones.filter(given_up_at__gt=now).annotate(n=Count("id"), since=Min("asked_at")))
    lost = _counted(open_ones.filter(given_up_at__lte=now).annotate(n=Count("id"), since=Min("asked_at")))
    return [
        _health(
            reach,
            resources,
            held=states.get(system),
            counted=(way.get(system), lost.get(system)),
            times=times.get(system, Times()),
            now=now,
        )
        for system, (reach, resources) in sorted(found.items())
    ]


Counted = tuple[int, datetime]


def _counted(rows: object) -> Mapping[str, Counted]:
    return {row["system"]: (row["n"], row["since"]) for row in rows}  # type: ignore[attr-defined]


def _health(
    reach: Reach,
    resources: Sequence[str],
    *,
    held: UpstreamState | None,
    counted: tuple[Counted | None, Counted | None],
    times: Times,
    now: datetime,
) -> UpstreamHealth:
    way, lost = counted
    state = held or UpstreamState(system=reach.system)
    return UpstreamHealth(
        system=reach.system,
        title=reach.title,
        resources=tuple(resources),
        permits=reach.permits,
        state=_state(state, now) if held else "unasked",
        failures=state.failures,
        open_until=state.open_until,
        last_fault=state.last_fault,
        failed_at=state.failed_at,
        answered_at=state.answered_at,
        on_their_way=way[0] if way else 0,
        unanswered=lost[0] if lost else 0,
        unanswered_since=lost[1] if lost else None,
        times=times,
    )


def _state(held: UpstreamState, now: datetime) -> str:
    if held.open_until:
        return "open" if held.open_until > now else "trying"
    return "failing" if held.failures else "well"
