"""Leads: a subsystem that asks for strangers, for numbers one after another, or far more than ever. Never a finding.

Found by the worker in what the gateway kept for an hour; shown to the supervisor with the entries behind it. Where a
data officer decided so beforehand, the subsystem is slowed down by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from tongban.exchange.kinds import AnomalyFound, SubsystemPaced
from tongban.exchange.metering.models import Lead
from tongban.exchange.metering.tallies import forget_tallies
from tongban.exchange.metering.tried import forget_tried
from tongban.exchange.models import Subsystem
from tongban.journal.api import Subject, bump, record, system
from tongban.kernel import clock
from tongban.kernel.ids import uuid7

#: Looked at together.
WINDOW = timedelta(minutes=10)
#: Different strangers; different numbers with one area and birthday; pairs of neighbours.
STRANGERS_MIN, ALIKE_MIN, NEIGHBOURS_MIN = 20, 4, 3
#: An hour with so many times the calls of the busiest hour before, and so many at least; hours there must have been.
TIMES_PAST, CALLS_MIN, HOURS_MIN, PAST = 5, 200, 3, timedelta(days=28)
#: Calls a second in each process of a subsystem that is slowed down by itself.
SLOW_PACE = 1
EVIDENCE_MAX = 200

_TRIED = """
with lately as (
    select tried.* from exchange_tried tried
    where tried.tried_at >= %(since)s and not exists (
        select from exchange_lead lead where lead.subsystem = tried.subsystem and lead.pattern = %(pattern)s
            and lead.seen_at is not null and lead.until >= tried.tried_at)
), alike as (
    select subsystem, prefix from lately group by subsystem, prefix having count(distinct number) >= %(alike)s
), neighbours as (
    select one.subsystem, count(distinct one.number) as pairs from lately one join lately other
        on other.subsystem = one.subsystem and other.number = one.following
    group by one.subsystem
)
select subsystem, min(tried_at), max(tried_at), count(*), count(distinct number),
    (array_agg(distinct entry order by entry desc))[:%(most)s]
from lately group by subsystem having
"""
_STRANGERS = _TRIED + " count(distinct number) >= %(strangers)s"
_RUNS = (
    " subsystem in (select subsystem from alike)"
    " or subsystem in (select subsystem from neighbours where pairs >= %(pairs)s)"
)
_SEQUENCE = _TRIED + _RUNS
_RATE = """
with hours as (
    select who, hour, sum(calls)::bigint as calls from exchange_tally
    where what in ('answered', 'refused', 'limited') and hour >= %(past)s group by who, hour
), before as (
    select who, max(calls) as most from hours where hour < %(hour)s group by who having count(*) >= %(hours)s
)
select hours.who, hours.hour, %(now)s::timestamptz, hours.calls, before.most, '{}'::uuid[]
from hours join before using (who)
where hours.hour = %(hour)s and hours.calls >= greatest(%(least)s, %(times)s * before.most) and not exists (
    select from exchange_lead lead where lead.subsystem = hours.who and lead.pattern = 'rate'
        and lead.seen_at is not null and lead.until >= hours.hour)
"""


@dataclass(frozen=True)
class LeadView:
    """A lead with the title of its subsystem; `seen_at` None while nobody looked."""

    id: UUID
    subsystem: str
    title: str
    agency: str
    pattern: str
    since: datetime
    until: datetime
    calls: int
    against: int
    evidence: tuple[UUID, ...]
    seen_by: str
    seen_at: datetime | None
    words: str
    version: int
    pace: int | None
    slows_itself: bool


def find_leads() -> int:
    """Look for what is strange, and destroy numbers that are older than an hour; returns how many leads are new.

    One process at a time looks; another that asks meanwhile finds nothing.
    """
    now = clock.real_now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    given: dict[str, Any] = {
        "since": now - WINDOW,
        "strangers": STRANGERS_MIN,
        "alike": ALIKE_MIN,
        "pairs": NEIGHBOURS_MIN,
        "most": EVIDENCE_MAX,
        "now": now,
        "hour": hour,
        "past": hour - PAST,
        "hours": HOURS_MIN,
        "least": CALLS_MIN,
        "times": TIMES_PAST,
    }
    made = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('exchange leads'))")
        if cursor.fetchone() != (True,):
            return 0
        for pattern, statement in (("strangers", _STRANGERS), ("sequence", _SEQUENCE), ("rate", _RATE)):
            cursor.execute(statement, {**given, "pattern": pattern})
            for row in cursor.fetchall():
                made += _keep(pattern, row)
        forget_tried()
        forget_tallies()
    return made


def _keep(pattern: str, row: Sequence[Any]) -> bool:
    """Write a lead, or add to the one that waits; whether it is new."""
    subsystem, since, until, calls, against, evidence = row
    waiting = Lead.objects.select_for_update().filter(subsystem=subsystem, pattern=pattern, seen_at=None)
    if open_one := waiting.first():
        Lead.objects.filter(pk=open_one.pk).update(
            until=until,
            calls=max(calls, open_one.calls),
            against=max(against, open_one.against),
            evidence=sorted({*open_one.evidence, *evidence})[-EVIDENCE_MAX:],
        )
        return False
    made = Lead.objects.create(
        id=uuid7(),
        subsystem=subsystem,
        pattern=pattern,
        since=since,
        until=until,
        calls=calls,
        against=against,
        evidence=sorted(evidence),
    )
    caller = Subsystem.objects.filter(pk=subsystem).first()
    record(
        AnomalyFound(subsystem=subsystem, pattern=pattern, calls=calls, against=against),
        on=Subject("lead", str(made.pk), 1),
        by=system("leads"),
        agency=caller.agency if caller else "",
    )
    if caller and caller.slows_itself and caller.pace is None:
        version = bump(Subsystem, subsystem)
        Subsystem.objects.filter(pk=subsystem).update(pace=SLOW_PACE)
        act = SubsystemPaced(pace=SLOW_PACE, reason=pattern)
        record(act, on=Subject("subsystem", subsystem, version), by=system("leads"))
    return True


def list_leads(*, limit: int = 100) -> list[LeadView]:
    """Leads, those that nobody looked at first, then the newest."""
    rows = list(Lead.objects.order_by(F("seen_at").desc(nulls_first=True), "-id")[:limit])
    return _views(rows)


def find_lead(lead: UUID) -> LeadView | None:
    """One lead."""
    views = _views(list(Lead.objects.filter(pk=lead)))
    return views[0] if views else None


def _views(rows: Sequence[Lead]) -> list[LeadView]:
    callers = Subsystem.objects.in_bulk({row.subsystem for row in rows})
    return [
        LeadView(
            id=row.id,
            subsystem=row.subsystem,
            title=callers[row.subsystem].title if row.subsystem in callers else row.subsystem,
            agency=callers[row.subsystem].agency if row.subsystem in callers else "",
            pattern=row.pattern,
            since=row.since,
            until=row.until,
            calls=row.calls,
            against=row.against,
            evidence=tuple(row.evidence),
            seen_by=row.seen_by,
            seen_at=row.seen_at,
            words=row.words,
            version=row.version,
            pace=callers[row.subsystem].pace if row.subsystem in callers else None,
            slows_itself=row.subsystem in callers and callers[row.subsystem].slows_itself,
        )
        for row in rows
    ]
