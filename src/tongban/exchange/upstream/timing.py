"""How long systems outside take: a row for each question that ended, kept for `KEPT_DAYS`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tongban.exchange.ports import FAULT_WORDS
from tongban.exchange.upstream.models import AnswerTime, Inquiry
from tongban.kernel import clock

KEPT_DAYS = 30
#: Times are told of the newest questions, so that a busy system costs no more to look at than a quiet one.
NEWEST = 1000

_END = """
with ended as (
    delete from exchange_inquiry where id = %s returning id, system, resource, consumer, asked_at
)
insert into exchange_answer_time (id, system, resource, consumer, asked_at, ended_at, fault)
select id, system, resource, consumer, asked_at, greatest(asked_at, %s), %s from ended
"""
_TIMES = """
select given.system, count(*), count(*) filter (where newest.fault <> ''),
    percentile_cont(0.5) within group (order by newest.seconds) filter (where newest.fault = ''),
    percentile_cont(0.95) within group (order by newest.seconds) filter (where newest.fault = '')
from unnest(%s::text[]) as given (system) cross join lateral (
    select fault, extract(epoch from ended_at - asked_at)::float8 as seconds from exchange_answer_time
    where system = given.system order by ended_at desc, id desc limit %s
) newest group by given.system
"""


@dataclass(frozen=True)
class Times:
    """Of the newest questions to a system: how many ended, how many with nothing released, seconds of the others."""

    asked: int = 0
    failed: int = 0
    p50_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True)
class UpstreamCall:
    """A question to a system outside. `seconds` is None, and `fault` empty, where its end was never journalled."""

    query: UUID
    resource: str
    consumer: str
    asked_at: datetime
    ended_at: datetime | None
    fault: str

    @property
    def seconds(self) -> float | None:
        """From the commit that sent it to its end."""
        return None if self.ended_at is None else (self.ended_at - self.asked_at).total_seconds()

    @property
    def fault_words(self) -> str:
        """Why nothing was released, in Chinese; empty if it was."""
        return FAULT_WORDS.get(self.fault, self.fault)


def end_inquiry(query: UUID, fault: str = "") -> None:
    """A question came to its end: it is on its way no more, and its time is kept. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [query, clock.real_now(), fault])


def times_of(systems: Sequence[str]) -> dict[str, Times]:
    """The times of each system that was asked lately; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, [list(systems), NEWEST])
        return {row[0]: Times(*row[1:]) for row in cursor.fetchall()}


def ended_calls(
    system: str, *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[UpstreamCall]:
    """The questions to a system that ended, the newest first; `before` are end and id of the last one seen."""
    rows = AnswerTime.objects.filter(system=system)
    if before is not None:
        at, key = before
        rows = rows.filter(Q(ended_at__lt=at) | Q(ended_at=at, id__lt=key))
    return [
        UpstreamCall(row.id, row.resource, row.consumer, row.asked_at, row.ended_at, row.fault)
        for row in rows.order_by("-ended_at", "-id")[:limit]
    ]


def unanswered_calls(system: str, *, limit: int = 50) -> list[UpstreamCall]:
    """The questions to a system of which nobody knows how they ended, the oldest first."""
    rows = Inquiry.objects.filter(system=system, given_up_at__lte=clock.real_now()).order_by("asked_at", "id")
    return [UpstreamCall(row.id, row.resource, row.consumer, row.asked_at, None, "") for row in rows[:limit]]


def forget_answer_times() -> None:
    """Delete what is older than `KEPT_DAYS`; for the worker."""
    AnswerTime.objects.filter(ended_at__lt=clock.real_now() - timedelta(days=KEPT_DAYS)).delete()
