"""What is late, of all agencies: requests for data and disputes, corrections, objections, erasures, stale data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.catalogue.api import get_resources
from tongban.exchange.flows.models import SourceState
from tongban.exchange.models import Correction, Erasure, Objection
from tongban.exchange.sharing.models import Dispute, SharingRequest
from tongban.kernel import clock

#: Days after which data must be newer, by the codes of the update cycle; real time and 不定期 have no such day.
CYCLE_DAYS: Mapping[str, int] = {"2": 1, "3": 7, "4": 31, "5": 92, "6": 366, "7": 184, "8": 10, "9": 1}
#: As many of a kind as the page shows; the longest late come first.
LATE_MAX = 200


@dataclass(frozen=True)
class Late:
    """Something that should have been done by a day: what, of which resource or case, by whom, under which law."""

    what: str
    key: str
    agency: str
    resource: str
    resource_name: str
    due_on: date
    days: int
    basis: str
    verified: bool


def what_is_late(*, agency: str = "") -> list[Late]:
    """What is late (at one agency), the longest first. Nine queries."""
    today = clock.today()
    found = [
        *_corrections(today),
        *_requests(today),
        *_disputes(today),
        *_objections(today),
        *_erasures(today),
        *_updates(today),
    ]
    kept = [one for one in found if agency in {"", one.agency}]
    return sorted(kept, key=lambda one: (-one.days, one.what, one.key))


def _corrections(today: date) -> Iterable[Late]:
    rows = Correction.objects.select_related("evidence").filter(answered_on=None, due_on__lt=today)
    held = list(rows.order_by("due_on", "evidence_id")[:LATE_MAX])
    names = get_resources({row.evidence.resource for row in held})
    for row in held:
        code = row.evidence.resource
        name = names[code].name if code in names else code
        days = (today - row.due_on).days
        yield Late(
            "correction", str(row.pk), row.provider, code, name, row.due_on, days, row.basis, row.verified
        )


def _objections(today: date) -> Iterable[Late]:
    for row in Objection.objects.filter(answered_at=None, due_on__lt=today).order_by("due_on", "id")[
        :LATE_MAX
    ]:
        days = (today - row.due_on).days
        yield Late("objection", str(row.pk), row.agency, "", "", row.due_on, days, row.basis, row.verified)


def _requests(today: date) -> Iterable[Late]:
    rows = SharingRequest.objects.filter(state="asked", due_on__lt=today)
    held = list(rows.order_by("due_on", "id")[:LATE_MAX])
    names = get_resources({row.resource for row in held})
    for row in held:
        name = names[row.resource].name if row.resource in names else row.resource
        days = (today - row.due_on).days
        yield Late(
            "request",
            str(row.pk),
            row.provider,
            row.resource,
            name,
            row.due_on,
            days,
            row.basis,
            row.verified,
        )


def _disputes(today: date) -> Iterable[Late]:
    """Tiers that nobody answered in time: the first is the provider's, the later ones the data officer's."""
    rows = Dispute.objects.select_related("request").filter(answered_on=None, due_on__lt=today)
    held = list(rows.order_by("due_on", "id")[:LATE_MAX])
    names = get_resources({row.request.resource for row in held})
    for row in held:
        code = row.request.resource
        yield Late(
            what="dispute",
            key=str(row.pk),
            agency=row.request.provider if row.tier == 1 else "",
            resource=code,
            resource_name=names[code].name if code in names else code,
            due_on=row.due_on,
            days=(today - row.due_on).days,
            basis=row.basis,
            verified=row.verified,
        )


def _erasures(today: date) -> Iterable[Late]:
    waiting = Erasure.objects.filter(state__in=["asked", "ordered", "confirmed"], due_on__lt=today)
    for row in waiting.order_by("due_on", "id")[:LATE_MAX]:
        days = (today - row.due_on).days
        yield Late("erasure", str(row.pk), "", "", "", row.due_on, days, row.basis, row.verified)


def _updates(today: date) -> Iterable[Late]:
    """Resources whose newest data are older than the cycle that their own catalogue entry promises."""
    states = {
        row.resource: clock.local(row.updated_at).date()
        for row in SourceState.objects.exclude(updated_at=None)
        if row.updated_at
    }
    for code, resource in sorted(get_resources(states).items()):
        days = CYCLE_DAYS.get(resource.update_cycle)
        if days is None or not resource.offered:
            continue
        due_on = states[code] + timedelta(days=days)
        if due_on < today:
            yield Late(
                what="update",
                key=code,
                agency=resource.agency,
                resource=code,
                resource_name=resource.name,
                due_on=due_on,
                days=(today - due_on).days,
                basis="",
                verified=False,
            )
