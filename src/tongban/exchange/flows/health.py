"""How the sources of resources do: when they last answered, what share was silent, what people say of their data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from tongban.catalogue.api import ResourceView, get_resources
from tongban.exchange.flows.models import FlowDay, SourceState
from tongban.exchange.models import Binding, Correction
from tongban.kernel import clock

#: How far back shares are counted, in days.
HEALTH_DAYS = 30


@dataclass(frozen=True)
class SourceHealth:
    """One source over the last `HEALTH_DAYS` days; `stopped_at` is None while it answers."""

    resource: str
    name: str
    agency: str
    adapter: str
    asked: int
    silent: int
    mismatched: int
    answered_at: datetime | None
    silent_at: datetime | None
    stopped_at: datetime | None
    updated_at: datetime | None
    corrections_open: int
    corrections_late: int

    @property
    def silent_share(self) -> float | None:
        """Silent answers over all that the source was asked; None where it was not asked."""
        return self.silent / self.asked if self.asked else None

    @property
    def badness(self) -> tuple[int, float, int, int]:
        """For sorting: stopped ones, then the most silent, then late and open corrections."""
        return (
            int(self.stopped_at is not None),
            self.silent_share or 0.0,
            self.corrections_late,
            self.corrections_open,
        )


def sources(*, agency: str = "") -> list[SourceHealth]:
    """Every bound source (of one agency), the worst first. Five queries."""
    bindings = dict(Binding.objects.order_by("resource").values_list("resource", "adapter"))
    resources = get_resources(bindings)
    today = clock.today()
    since = today - timedelta(days=HEALTH_DAYS)
    sums: dict[str, Any] = {
        row["resource"]: row
        for row in FlowDay.objects.filter(day__gt=since, what__in=["read", "certificate"])
        .exclude(outcome="refused")
        .order_by()
        .values("resource")
        .annotate(
            asked=Sum("uses"),
            silent=Sum("uses", filter=Q(outcome="silent"), default=0),
            mismatched=Sum("uses", filter=Q(outcome="mismatch"), default=0),
        )
    }
    states = {row.resource: row for row in SourceState.objects.filter(resource__in=bindings)}
    complaints = _complaints(today)
    made = [
        _health(
            resources[code],
            adapter,
            counted=sums.get(code, {}),
            state=states.get(code, SourceState(resource=code)),
            complaints=complaints.get(code, (0, 0)),
        )
        for code, adapter in bindings.items()
        if code in resources and agency in {"", resources[code].agency}
    ]
    return sorted(made, key=lambda one: (*(-value for value in one.badness), -one.asked, one.resource))


def _complaints(today: date) -> dict[str, tuple[int, int]]:
    """Open requests to check a record by resource, and how many of them are late."""
    rows = (
        Correction.objects.filter(answered_on=None)
        .order_by()
        .values_list("evidence__resource")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    )
    return {resource: (waiting, late) for resource, waiting, late in rows}


def _health(
    resource: ResourceView,
    adapter: str,
    *,
    counted: Mapping[str, int],
    state: SourceState,
    complaints: tuple[int, int],
) -> SourceHealth:
    stopped = state.stopped_at
    if stopped and state.resumed_at and state.resumed_at >= stopped:
        stopped = None
    return SourceHealth(
        resource=resource.code,
        name=resource.name,
        agency=resource.agency,
        adapter=adapter,
        asked=counted.get("asked", 0),
        silent=counted.get("silent", 0),
        mismatched=counted.get("mismatched", 0),
        answered_at=state.answered_at,
        silent_at=state.silent_at,
        stopped_at=stopped,
        updated_at=state.updated_at,
        corrections_open=complaints[0],
        corrections_late=complaints[1],
    )
