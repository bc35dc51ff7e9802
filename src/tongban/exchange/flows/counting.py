"""The subscriber: counts each entry once, by the day on which it happened."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.catalogue.api import get_resources
from tongban.exchange.kinds import (
    Answered,
    CorrectionAnswered,
    CorrectionAsked,
    Fed,
    ObjectionAnswered,
    ObjectionRaised,
    Refused,
    UpstreamFailed,
)
from tongban.exchange.models import Binding, CaseRef
from tongban.journal.api import Delivery, EntryView
from tongban.kernel import clock

#: What the exchange itself counts.
COUNTED = (
    Answered.kind,
    Refused.kind,
    UpstreamFailed.kind,
    Fed.kind,
    CorrectionAsked.kind,
    CorrectionAnswered.kind,
    ObjectionRaised.kind,
    ObjectionAnswered.kind,
)
_READINGS = {Answered.kind, Refused.kind, UpstreamFailed.kind, Fed.kind}
#: A page of a register is one reading, whatever number of records it holds.
_ANSWERED = {Answered.kind, Fed.kind}
#: Faults of a source outside that are none of its own: we released nothing.
_OURS = {"stopped", "changed"}
_CERTIFICATES = "certificates"
#: How an entry names a person who acts.
_PSEUDONYM = re.compile(r"s[0-9]+")

_COUNT = """
with given as (
    select * from unnest(%(entries)s::uuid[], %(days)s::date[], %(lates)s::bool[], %(whats)s::text[], %(sources)s::text[],
        %(targets)s::text[], %(resources)s::text[], %(grants)s::text[], %(outcomes)s::text[])
        as given (entry, day, late, what, source, target, resource, grant_code, outcome)
), counted as (
    insert into exchange_flow (entry, day, what, source, target, resource, grant_code, outcome)
    select entry, day, what, source, target, resource, grant_code, outcome from given
    on conflict (entry) do nothing returning *
), days as (
    insert into exchange_flow_day (day, what, source, target, resource, grant_code, outcome, uses, late)
    select counted.day, counted.what, counted.source, counted.target, counted.resource, counted.grant_code,
        counted.outcome, count(*), count(*) filter (where given.late)
    from counted join given using (entry) group by 1, 2, 3, 4, 5, 6, 7
    on conflict (day, what, source, target, resource, grant_code, outcome)
        do update set uses = exchange_flow_day.uses + excluded.uses, late = exchange_flow_day.late + excluded.late
)
insert into exchange_flow_part (resource, day, grant_code, part, code, uses)
select counted.resource, counted.day, counted.grant_code, parts.part, parts.code, count(*)
from counted join unnest(%(of)s::uuid[], %(parts)s::text[], %(codes)s::text[]) as parts (entry, part, code) using (entry)
group by 1, 2, 3, 4, 5
on conflict (resource, day, grant_code, part, code) do update set uses = exchange_flow_part.uses + excluded.uses
"""
#: Replay brings the same moments again, and the greatest stays the greatest.
_STATES = """
insert into exchange_source_state as held (resource, answered_at, silent_at, updated_at, stopped_at, resumed_at)
select resource, max(moment) filter (where state = 'answered_at'), max(moment) filter (where state = 'silent_at'),
    max(moment) filter (where state = 'updated_at'), max(moment) filter (where state = 'stopped_at'),
    max(moment) filter (where state = 'resumed_at')
from unnest(%(resources)s::text[], %(states)s::text[], %(moments)s::timestamptz[]) as given (resource, state, moment)
group by resource
on conflict (resource) do update set answered_at = greatest(held.answered_at, excluded.answered_at),
    silent_at = greatest(held.silent_at, excluded.silent_at), updated_at = greatest(held.updated_at, excluded.updated_at),
    stopped_at = greatest(held.stopped_at, excluded.stopped_at),
    resumed_at = greatest(held.resumed_at, excluded.resumed_at)
"""


@dataclass(frozen=True)
class Above:
    """What modules above the exchange journal that counts here, by kind.

    `from_public` and `to_public` say what moved (one of `WHATS`) between the entry's agency and people or firms;
    `sources` says what a kind changes in the state of a source, and of which adapter: the entry's content names the
    target under the adapter's own name.
    """

    from_public: Mapping[str, str]
    to_public: Mapping[str, str]
    sources: Mapping[str, tuple[str, str]]

    def kinds(self) -> list[str]:
        """All that a subscriber has to take."""
        return [*COUNTED, *self.from_public, *self.to_public, *self.sources]


@dataclass(frozen=True)
class _Counted:
    entry: UUID
    day: date
    late: bool
    what: str
    source: str
    target: str
    resource: str = ""
    grant: str = ""
    outcome: str = "done"


def count_flows(deliveries: Sequence[Delivery], above: Above) -> None:
    """Count entries; those that were counted before change nothing. Six statements, however many entries."""
    readings = [one for one in deliveries if one.entry.kind in _READINGS or "resource" in one.entry.content]
    named = {str(one.entry.content["resource"]) for one in readings if one.entry.content}
    providers = {code: resource.agency for code, resource in get_resources(named).items()}
    adapters = dict(Binding.objects.filter(resource__in=named).values_list("resource", "adapter"))
    counted = [
        flow for one in deliveries if (flow := _flow(one, above, providers=providers, adapters=adapters))
    ]
    if counted:
        _write(counted, list(_parts(deliveries)))
    if states := [*_answers(deliveries), *_changes(deliveries, above)]:
        resources, names, moments = zip(*states, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                _STATES, {"resources": list(resources), "states": list(names), "moments": list(moments)}
            )


def _flow(
    delivery: Delivery, above: Above, *, providers: Mapping[str, str], adapters: Mapping[str, str]
) -> _Counted | None:
    """What an entry moved; nothing where its content was erased and does not tell any more, or where nobody acted."""
    entry, said = delivery.entry, delivery.entry.content
    if not said or entry.kind in above.sources:
        return None
    resource = str(said.get("resource", ""))
    what, source, target = _parties(
        delivery, above, provider=str(said.get("provider") or providers.get(resource, ""))
    )
    if not source and not target:
        return None
    reading = entry.kind in _READINGS
    day = clock.local(entry.occurred_at).date()
    return _Counted(
        entry=entry.id,
        day=day,
        late=clock.local(entry.recorded_at).date() > day,
        what="certificate" if reading and adapters.get(resource) == _CERTIFICATES else what,
        source=source,
        target=target,
        resource=resource,
        grant=str(said.get("grant", "")),
        outcome=_outcome(entry) if reading else "done",
    )


def _outcome(entry: EntryView) -> str:
    """How a reading ended."""
    if entry.kind == Fed.kind:
        return "fetched"
    if said := entry.content.get("outcome"):
        return str(said)
    failed = entry.kind == UpstreamFailed.kind and entry.content["fault"] not in _OURS
    return "silent" if failed else "refused"


def _parties(delivery: Delivery, above: Above, *, provider: str) -> tuple[str, str, str]:
    """What moved, from whom, to whom; a person who acts is nobody's agency."""
    entry = delivery.entry
    match entry.kind:
        case Answered.kind | Refused.kind | UpstreamFailed.kind | Fed.kind:
            return "read", provider, entry.agency
        case CorrectionAsked.kind:
            return "correction", "" if _PSEUDONYM.fullmatch(entry.actor) else entry.agency, provider
        case ObjectionRaised.kind:
            return "objection", "", str(entry.content["agency"])
        case CorrectionAnswered.kind | ObjectionAnswered.kind:
            return "answered", entry.agency, ""
        case kind if kind in above.from_public:
            return above.from_public[kind], "", entry.agency
    return above.to_public[entry.kind], entry.agency, ""


def _parts(deliveries: Sequence[Delivery]) -> Iterable[tuple[UUID, str, str]]:
    """The items of answered readings and the kinds of their cases; one query."""
    answered = [one.entry for one in deliveries if one.entry.kind in _ANSWERED and one.entry.content]
    kinds = dict(
        CaseRef.objects.filter(number__in={one.case_number for one in answered}).values_list(
            "number", "kinds"
        )
    )
    for entry in answered:
        items = entry.content["items"]
        for item in items if isinstance(items, list) else []:
            yield entry.id, "item", str(item)
        for kind in kinds.get(entry.case_number, []):
            yield entry.id, "case-kind", kind


def _answers(deliveries: Sequence[Delivery]) -> Iterable[tuple[str, str, datetime]]:
    for one in deliveries:
        known = one.entry.kind in {*_ANSWERED, UpstreamFailed.kind} and one.entry.content
        if known and (outcome := _outcome(one.entry)) != "refused":
            silent = outcome == "silent"
            state = "silent_at" if silent else "answered_at"
            yield str(one.entry.content["resource"]), state, one.entry.occurred_at


def _changes(deliveries: Sequence[Delivery], above: Above) -> Iterable[tuple[str, str, datetime]]:
    """What acts on a source say of its resources; one query."""
    told = [
        (above.sources[one.entry.kind], one.entry)
        for one in deliveries
        if one.entry.kind in above.sources and one.entry.content
    ]
    if not told:
        return
    targets = {str(entry.content[adapter]) for (adapter, _state), entry in told}
    bound: dict[tuple[str, str], list[str]] = {}
    for adapter, target, resource in (
        Binding.objects.filter(target__in=targets)
        .order_by("resource")
        .values_list("adapter", "target", "resource")
    ):
        bound.setdefault((adapter, target), []).append(resource)
    for (adapter, state), entry in told:
        for resource in bound.get((adapter, str(entry.content[adapter])), []):
            yield resource, state, entry.occurred_at


def _write(counted: Sequence[_Counted], parts: Sequence[tuple[UUID, str, str]]) -> None:
    given: dict[str, Any] = {
        "entries": [one.entry for one in counted],
        "days": [one.day for one in counted],
        "lates": [one.late for one in counted],
        "whats": [one.what for one in counted],
        "sources": [one.source for one in counted],
        "targets": [one.target for one in counted],
        "resources": [one.resource for one in counted],
        "grants": [one.grant for one in counted],
        "outcomes": [one.outcome for one in counted],
        "of": [entry for entry, _part, _code in parts],
        "parts": [part for _entry, part, _code in parts],
        "codes": [code for _entry, _part, code in parts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, given)
