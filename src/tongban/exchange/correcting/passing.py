"""A record was put right: who had read what was wrong is told, and sees which of its own readings that were.

Run behind the journal: when the answer has its position, so has every reading before it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.catalogue.api import get_resource
from tongban.exchange.feeding.concerned import pages_about
from tongban.exchange.kinds import Answered, CorrectionPassedOn, Fed
from tongban.exchange.models import Binding, Correction, Evidence
from tongban.journal.api import (
    Actor,
    Delivery,
    EntryView,
    Subject,
    find_entries,
    footprint_places,
    parts_about,
    record,
    system,
    timeline,
)
from tongban.kernel.errors import NotFound

_READ = {"fetched", "verified", "mismatch"}
#: How a reader's own part of the answer reads at most: an agency that read more finds the rest by its cases.
LISTED = 200


@dataclass(frozen=True)
class WrongReading:
    """A reading of one's own agency that may have held what was wrong; `values` are the items as they were read then."""

    at: datetime
    case_number: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PassedOn:
    """A corrected record as an agency that had read it is told of it; never the right value, which it reads again."""

    resource: str
    resource_name: str
    provider: str
    items: tuple[str, ...]
    answered_on: date | None
    entry: UUID
    readings: tuple[WrongReading, ...]


def pass_on(delivery: Delivery) -> None:
    """The effect of a subscriber: of an answer that put a record right, those are told who had read it wrong."""
    changed = delivery.entry.content.get("corrected")
    if not isinstance(changed, list) or not changed:
        return
    row = Correction.objects.select_related("evidence").get(pk=UUID(delivery.entry.object.partition(":")[2]))
    told = _readers(row, [str(one) for one in changed], before=delivery.entry.occurred_at)
    if told:
        act = CorrectionPassedOn(resource=row.evidence.resource, items=row.corrected, told=sorted(told))
        on = Subject("evidence", str(row.pk), row.version)
        record(act, on=on, by=system("exchange"), agency=row.provider, basis=row.basis)


def get_passed_on(evidence: UUID, *, by: Actor) -> PassedOn:
    """What an agency is told of a record that it had read and that was put right, with its own readings. Five queries.

    Raises:
        NotFound: there is none, or this agency did not read it; told alike.
    """
    entry = _entry(evidence)
    told = entry.content.get("told") if entry else None
    if entry is None or by.kind != "officer" or not isinstance(told, list) or by.agency not in told:
        raise NotFound("没有这条更正，或者贵部门没有读过那条记录。")
    row = Correction.objects.select_related("evidence").get(pk=evidence)
    resource = get_resource(row.evidence.resource)
    names = dict(zip(row.corrected, resource.item_names(row.corrected), strict=True))
    readings = [one for one in _wrong_readings(row, row.corrected) if one.consumer == by.agency]
    return PassedOn(
        resource.code,
        resource.name,
        row.provider,
        tuple(names.values()),
        row.answered_on,
        entry.id,
        tuple(
            WrongReading(
                one.read_at,
                one.case_number,
                tuple((name, str(one.values[item])) for item, name in names.items() if item in one.values),
            )
            for one in readings[:LISTED]
            if one.read_at <= entry.occurred_at
        ),
    )


def told_about(evidence: UUID, *, subject: UUID) -> list[str]:
    """The agencies that were told of a correction, as far as the person may know that they had read her record."""
    entry = _entry(evidence)
    told = entry.content.get("told") if entry else None
    if not isinstance(told, list):
        return []
    kinds = [Answered.kind, Fed.kind]
    known = {agency for agency, _number, _resource in footprint_places(subject, kinds=kinds)}
    return [str(agency) for agency in told if agency in known]


def _entry(evidence: UUID) -> EntryView | None:
    found = timeline(objects=[f"evidence:{evidence}"], kinds=[CorrectionPassedOn.kind])
    return found[-1] if found else None


def _readers(row: Correction, changed: Sequence[str], *, before: datetime) -> set[str]:
    """Agencies that had read a corrected item of this record: by evidence where it was kept, else by entries."""
    subject = row.evidence.subject
    resources = _resources(row)
    kept = {one.entry: one for one in Evidence.objects.filter(subject=subject, resource__in=resources)}
    wrong = {one.entry for one in _wrong_readings(row, changed)}
    entries = {part.entry for part in parts_about(subject) if part.kind == Answered.kind} | kept.keys()
    # What evidence shows to have been right, or another record of hers, is nobody's wrong reading.
    asked = (entries - kept.keys()) | wrong | pages_about(subject).keys()
    return {
        one.agency
        for one in find_entries(asked)
        if one.kind in {Answered.kind, Fed.kind}
        and one.occurred_at <= before
        and one.agency not in {"", row.provider}
        and one.content.get("resource") in resources
        and one.content.get("outcome", "fetched") in _READ
        and _overlap(one.content, changed)
    }


def _wrong_readings(row: Correction, changed: Sequence[str]) -> list[Evidence]:
    """The kept readings of this record that held a corrected item as it was wrong, the newest first."""
    found = Evidence.objects.filter(subject=row.evidence.subject, resource__in=_resources(row))
    return [one for one in found.order_by("-id") if one.outcome in _READ and _was_wrong(one, row, changed)]


def _was_wrong(one: Evidence, row: Correction, changed: Sequence[str]) -> bool:
    """Whether a reading held a corrected item: with the value that was questioned, where both are known."""
    questioned: Mapping[str, object] = row.evidence.values
    return any(
        one.values.get(item) == questioned[item] if item in one.values and item in questioned else True
        for item in changed
        if item in one.items
    )


def _resources(row: Correction) -> list[str]:
    """The resources that the corrected register answers."""
    binding = Binding.objects.get(pk=row.evidence.resource)
    alike = Binding.objects.filter(adapter=binding.adapter, target=binding.target)
    return list(alike.values_list("resource", flat=True))


def _overlap(content: Mapping[str, object], changed: Collection[str]) -> bool:
    items = content.get("items")
    return isinstance(items, list) and not set(changed).isdisjoint(map(str, items))
