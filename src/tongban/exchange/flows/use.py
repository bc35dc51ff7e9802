"""Use of a resource for its owner: under which grant, which items, for which kinds of cases, how often; never a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from tongban.catalogue.api import ResourceView, get_resource, get_resources
from tongban.exchange.flows.models import Flow, FlowDay, FlowPart
from tongban.exchange.models import Evidence, Grant
from tongban.journal.api import Actor, disclosure_days, find_entries
from tongban.kernel import clock
from tongban.kernel.errors import NotAllowed

READINGS = ("read", "certificate")


@dataclass(frozen=True)
class ResourceUse:
    """How often a resource was read in a span of days, by how many agencies, and on which day last."""

    resource: str
    name: str
    uses: int
    refused: int
    silent: int
    consumers: int
    last_on: date | None


@dataclass(frozen=True)
class Used:
    """How a resource was used in a span of days: readings that were answered, by how many agencies, for how many cases.

    `cases` counts those of this platform in which what was read stood in the place of a paper.
    """

    uses: int = 0
    consumers: int = 0
    cases: int = 0


@dataclass(frozen=True)
class GrantUse:
    """A grant with what was done under it; `items` and `kinds` say how often each, 0 for what was never used."""

    code: str
    consumer: str
    subsystem: str
    purpose: str
    in_force: bool
    outcomes: Mapping[str, int]
    items: tuple[tuple[str, str, int], ...]
    kinds: tuple[tuple[str, int], ...]

    @property
    def uses(self) -> int:
        """All readings under it."""
        return sum(self.outcomes.values())

    @property
    def unused(self) -> list[str]:
        """The names of granted items that nobody read."""
        return [name for _code, name, uses in self.items if not uses]


@dataclass(frozen=True)
class Use:
    """The use of one resource from `first` to `last`, by grant and by day; `refused` were refused under no grant."""

    resource: ResourceView
    first: date
    last: date
    grants: tuple[GrantUse, ...]
    days: tuple[tuple[date, int], ...]
    outcomes: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


@dataclass(frozen=True)
class UseRow:
    """One reading: who, which items, for which case, why. `withheld` until the day on which the person is told."""

    entry: UUID
    day: date
    at: datetime
    consumer: str
    reader: str
    items: tuple[str, ...]
    outcome: str
    purpose: str
    case_number: str
    grant: str
    withheld: bool


def used_in(first: date, last: date) -> dict[str, Used]:
    """The use of every resource that was read in these days, by its code. Two queries."""
    days = FlowDay.objects.filter(day__gte=first, day__lte=last, what__in=READINGS).exclude(
        outcome__in=["refused", "silent"]
    )
    counted = days.order_by().values("resource").annotate(all=Sum("uses"), by=Count("target", distinct=True))
    begin, end = (
        datetime.combine(day, time.min, clock.CITY_ZONE) for day in (first, last + timedelta(days=1))
    )
    read = Evidence.objects.filter(read_at__gte=begin, read_at__lt=end, outcome__in=["fetched", "verified"])
    cases = dict(
        read.exclude(case_number="")
        .order_by()
        .values_list("resource")
        .annotate(Count("case_number", distinct=True))
    )
    uses = {row["resource"]: (row["all"], row["by"]) for row in counted}
    return {code: Used(*uses.get(code, (0, 0)), cases.get(code, 0)) for code in {*uses, *cases} if code}


def use_of_mine(by: Actor, first: date, last: date) -> list[ResourceUse]:
    """The resources of an owner's agency that were read in these days, the most read first. Two queries."""
    _check_owner(by)
    rows = FlowDay.objects.filter(
        day__gte=first, day__lte=last, what__in=READINGS, source=by.agency
    ).order_by()
    found = list(
        rows.values("resource").annotate(
            all=Sum("uses"),
            refused=Sum("uses", filter=Q(outcome="refused"), default=0),
            silent=Sum("uses", filter=Q(outcome="silent"), default=0),
            last=Max("day"),
        )
    )
    consumers: dict[str, set[str]] = {}
    for resource, target in rows.values_list("resource", "target").distinct():
        consumers.setdefault(resource, set()).add(target)
    names = get_resources({row["resource"] for row in found})
    made = [
        ResourceUse(
            resource=code,
            name=names[code].name,
            uses=row["all"],
            refused=row["refused"],
            silent=row["silent"],
            consumers=len(consumers[code]),
            last_on=row["last"],
        )
        for row in found
        if (code := row["resource"]) in names
    ]
    return sorted(made, key=lambda one: (-one.uses, one.resource))


def use_of(resource: str, first: date, last: date, *, by: Actor) -> Use:
    """The use of one resource, for its owner. Five queries.

    Raises:
        NotFound: there is no such resource.
        NotAllowed: it is another agency's.
    """
    view = _own(resource, by)
    days = FlowDay.objects.filter(resource=resource, day__gte=first, day__lte=last, what__in=READINGS)
    outcomes: dict[str, dict[str, int]] = {}
    by_day: dict[date, int] = {}
    for row in days.order_by("day"):
        of = outcomes.setdefault(row.grant_code, {})
        of[row.outcome] = of.get(row.outcome, 0) + row.uses
        by_day[row.day] = by_day.get(row.day, 0) + row.uses
    parts: dict[tuple[str, str], dict[str, int]] = {}
    counted = FlowPart.objects.filter(resource=resource, day__gte=first, day__lte=last).order_by()
    for grant, part, code, uses in counted.values_list("grant_code", "part", "code").annotate(Sum("uses")):
        parts.setdefault((grant, part), {})[code] = uses
    grants = [
        _grant_use(grant, view, outcomes.get(grant.code, {}), parts)
        for grant in Grant.objects.filter(resource=resource).order_by("consumer", "code")
    ]
    together: dict[str, int] = {}
    for of in outcomes.values():
        for outcome, uses in of.items():
            together[outcome] = together.get(outcome, 0) + uses
    return Use(view, first, last, tuple(grants), tuple(by_day.items()), together)


def use_rows(
    resource: str,
    *,
    by: Actor,
    grant: str = "",
    day: date | None = None,
    outcome: str = "",
    before: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> list[UseRow]:
    """Single readings of a resource for its owner, the newest first; `before` is the last day and entry seen.

    Four queries. A reading that its person is not told of yet shows no case.

    Raises:
        NotFound: there is no such resource.
        NotAllowed: not the owner's.
    """
    view = _own(resource, by)
    rows = Flow.objects.filter(resource=resource, what__in=READINGS)
    if grant:
        rows = rows.filter(grant_code=grant)
    if day:
        rows = rows.filter(day=day)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if before:
        rows = rows.filter(Q(day__lt=before[0]) | Q(day=before[0], entry__lt=before[1]))
    held = list(rows.order_by("-day", "-entry")[:limit])
    entries = {one.id: one for one in find_entries([row.entry for row in held])}
    told = disclosure_days([row.entry for row in held])
    now = clock.now()
    made = []
    for row in held:
        entry, told_at = entries[row.entry], told.get(row.entry)
        withheld = told_at is not None and told_at > now
        items = entry.content.get("items")
        made.append(
            UseRow(
                entry=row.entry,
                day=row.day,
                at=entry.occurred_at,
                consumer=row.target,
                reader=entry.actor,
                items=tuple(view.item_names(map(str, items))) if isinstance(items, list) else (),
                outcome=row.outcome,
                purpose="" if withheld else entry.purpose,
                case_number="" if withheld else entry.case_number,
                grant=row.grant_code,
                withheld=withheld,
            )
        )
    return made


def _grant_use(
    grant: Grant,
    resource: ResourceView,
    outcomes: Mapping[str, int],
    parts: Mapping[tuple[str, str], Mapping[str, int]],
) -> GrantUse:
    today = clock.today()
    items: Mapping[str, int] = parts.get((grant.code, "item"), {})
    kinds: Sequence[tuple[str, int]] = sorted(
        parts.get((grant.code, "case-kind"), {}).items(), key=lambda one: (-one[1], one[0])
    )
    names = resource.item_names(grant.items)
    return GrantUse(
        code=grant.code,
        consumer=grant.consumer,
        subsystem=grant.subsystem,
        purpose=grant.purpose,
        in_force=grant.stopped_at is None
        and grant.valid_from <= today
        and (grant.valid_to is None or today <= grant.valid_to),
        outcomes=dict(outcomes),
        items=tuple((code, name, items.get(code, 0)) for code, name in zip(grant.items, names, strict=True)),
        kinds=tuple(kinds),
    )


def _own(resource: str, by: Actor) -> ResourceView:
    """The resource, if it is the actor's to know who uses it."""
    view = get_resource(resource)
    if not by.has_role("resource-owner") or by.agency != view.agency:
        raise NotAllowed("数据的使用情况只给提供部门的资源管理员看，这项资源不是贵部门的。")
    return view


def _check_owner(by: Actor) -> None:
    if not by.has_role("resource-owner"):
        raise NotAllowed("数据的使用情况只给提供部门的资源管理员看。")
