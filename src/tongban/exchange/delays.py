"""Reading delays of telling: grounds, what waits, what runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.exchange.metering.models import Delay, DelayGround
from tongban.exchange.models import Grant
from tongban.kernel import clock


@dataclass(frozen=True)
class DelayGroundView:
    """A ground that may be chosen, with its law and its most days."""

    code: str
    title: str
    cite: Mapping[str, str]
    days_max: int


@dataclass(frozen=True)
class DelayView:
    """A delay with the words of its ground; `state` is `ordered`, `running`, `ended` or `returned`."""

    id: UUID
    grant: str
    consumer: str
    purpose: str
    ground: str
    basis: str
    verified: bool
    reason: str
    ends_on: date
    state: str
    ordered_by: str
    ordered_at: datetime
    confirmed_by: str
    version: int


def delay_grounds() -> list[DelayGroundView]:
    """The grounds in force."""
    return [
        DelayGroundView(row.code, row.title, row.cite, row.days_max)
        for row in DelayGround.objects.order_by("code")
    ]


def list_delays(*, limit: int = 100) -> list[DelayView]:
    """Delays, the newest first. Three queries."""
    rows = list(Delay.objects.order_by("-id")[:limit])
    titles = dict(DelayGround.objects.values_list("code", "title"))
    grants = Grant.objects.in_bulk({row.grant for row in rows})
    today = clock.today()
    return [
        DelayView(
            id=row.id,
            grant=row.grant,
            consumer=grants[row.grant].consumer if row.grant in grants else "",
            purpose=grants[row.grant].purpose if row.grant in grants else "",
            ground=titles.get(row.ground, row.ground),
            basis=row.basis,
            verified=row.verified,
            reason=row.reason,
            ends_on=row.ends_on,
            state="ended" if row.state == "running" and row.ends_on < today else row.state,
            ordered_by=row.ordered_by,
            ordered_at=row.ordered_at,
            confirmed_by=row.confirmed_by,
            version=row.version,
        )
        for row in rows
    ]


def grants_to_delay() -> list[tuple[str, str, str]]:
    """Code, consumer and purpose of the grants in force, by consumer."""
    today = clock.today()
    rows = Grant.objects.filter(stopped_at=None, valid_from__lte=today).order_by("consumer", "code")
    return [
        (row.code, row.consumer, row.purpose) for row in rows if not row.valid_to or row.valid_to >= today
    ]
