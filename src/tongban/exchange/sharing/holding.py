"""Grants as their holder and the owner of the resource see them, with how much they are used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min, Q, QuerySet, Sum

from tongban.catalogue.api import ResourceView, codes_of_agency, get_resources
from tongban.exchange.models import Grant
from tongban.exchange.sharing.models import GrantDay, SharingRequest
from tongban.exchange.sharing.policy import OFFICER, OWNER
from tongban.exchange.sharing.terms import rule
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.packs.ports import Cite

LATELY_DAYS = 30
STATE_TITLES = {
    "running": "使用中",
    "ending": "快到期",
    "future": "还没有生效",
    "ended": "已到期",
    "stopped": "已停用或者交还",
}


@dataclass(frozen=True)
class GrantView:
    """A grant. `state` is a key of `STATE_TITLES`; `calls` are those of the last thirty days."""

    code: str
    consumer: str
    provider: str
    resource: str
    resource_name: str
    items: tuple[str, ...]
    item_codes: tuple[str, ...]
    suspended: tuple[str, ...]
    purpose: str
    cites: tuple[Cite, ...]
    case_kinds: tuple[str, ...]
    subsystem: str
    quota: int | None
    valid_from: date
    valid_to: date | None
    state: str
    calls: int
    last_on: date | None
    unused: bool
    request: int | None
    verbs: frozenset[str]
    version: int

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATE_TITLES[self.state]


@dataclass(frozen=True)
class _Use:
    calls: int
    last_on: date | None
    unused: bool
    request: int | None


def my_grants(by: Actor, *, after: str = "", limit: int = 50) -> list[GrantView]:
    """The grants that the officer's agency holds, by code; `after` is the last code seen. Six queries."""
    rows = Grant.objects.filter(consumer=by.agency, code__gt=after)
    return _views(rows.order_by("code")[:limit], by) if by.agency else []


def grants_on_mine(by: Actor, *, resource: str = "", after: str = "", limit: int = 50) -> list[GrantView]:
    """The grants on the resources (or one) of the officer's agency, by code; `after` is the last code seen."""
    rows = Grant.objects.filter(resource__in=codes_of_agency(by.agency), code__gt=after)
    rows = rows.filter(resource=resource) if resource else rows
    return _views(rows.order_by("code")[:limit], by) if by.agency else []


def get_grant(code: str, *, by: Actor) -> GrantView:
    """A grant for an owner of one of the two agencies, or a data officer.

    Raises:
        NotFound: there is none, or it is none of theirs; told alike.
    """
    found = _views(Grant.objects.filter(pk=code), by)
    if not found or not _may_see(found[0], by):
        raise NotFound("没有这项授权，或者它与贵部门无关。")
    return found[0]


def unused_since(rows: Iterable[Grant], on: date) -> dict[str, date]:
    """The grants in force that nobody used for as many days as the rule says, with the day since.

    No day counts before the first reading of all: until then nobody can say whether a grant is used.
    """
    days = rule("unused-grant").amount
    began = GrantDay.objects.aggregate(day=Min("day"))["day"] or on
    held = [row for row in rows if row.stopped_at is None and not (row.valid_to and row.valid_to < on)]
    last = dict(
        GrantDay.objects.filter(grant__in=[row.code for row in held])
        .values_list("grant")
        .annotate(last=Max("day"))
    )
    since = {row.code: last.get(row.code) or max(row.valid_from, began) for row in held}
    return {code: day for code, day in since.items() if (on - day).days >= days}


def _may_see(view: GrantView, by: Actor) -> bool:
    return by.kind == "officer" and (
        by.has_role(OFFICER) or (by.has_role(OWNER) and by.agency in {view.consumer, view.provider})
    )


def _views(rows: QuerySet[Grant], by: Actor) -> list[GrantView]:
    held = list(rows)
    codes = [row.code for row in held]
    resources = get_resources({row.resource for row in held})
    lately = clock.today() - timedelta(days=LATELY_DAYS)
    days = GrantDay.objects.filter(grant__in=codes)
    used = {
        code: (calls or 0, last)
        for code, calls, last in days.values_list("grant").annotate(
            calls=Sum("calls", filter=Q(day__gt=lately)), last=Max("day")
        )
    }
    unused = unused_since(held, clock.today()) if held else {}
    asked = dict(SharingRequest.objects.filter(grant__in=codes).order_by("id").values_list("grant", "pk"))
    window = clock.today() + timedelta(days=rule("renewal-window").amount) if held else clock.today()
    return [
        _view(
            row,
            resources[row.resource],
            _Use(*used.get(row.code, (0, None)), row.code in unused, asked.get(row.code)),
            window=window,
            by=by,
        )
        for row in held
        if row.resource in resources
    ]


def _view(row: Grant, resource: ResourceView, use: _Use, *, window: date, by: Actor) -> GrantView:
    state = _state(row, window)
    return GrantView(
        code=row.code,
        consumer=row.consumer,
        provider=resource.agency,
        resource=row.resource,
        resource_name=resource.name,
        items=tuple(resource.item_names(row.items)),
        item_codes=tuple(row.items),
        suspended=tuple(resource.item_names(row.suspended)),
        purpose=row.purpose,
        cites=tuple(Cite.model_validate(cite) for cite in row.cites),
        case_kinds=tuple(row.case_kinds),
        subsystem=row.subsystem,
        quota=row.quota,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        state=state,
        calls=use.calls,
        last_on=use.last_on,
        unused=use.unused,
        request=use.request,
        verbs=frozenset(_verbs(row, resource, state, by)),
        version=row.version,
    )


def _state(row: Grant, window: date) -> str:
    today = clock.today()
    if row.stopped_at is not None:
        return "stopped"
    if row.valid_to and row.valid_to < today:
        return "ended"
    if row.valid_from > today:
        return "future"
    return "ending" if row.valid_to and row.valid_to <= window else "running"


def _verbs(row: Grant, resource: ResourceView, state: str, by: Actor) -> Sequence[str]:
    if state in {"stopped", "ended"}:
        return ()
    found = []
    if by.has_role(OWNER) and by.agency == row.consumer:
        found += ["return", "widen", *(["renew"] if state == "ending" else [])]
    if by.has_role(OFFICER) or (by.has_role(OWNER) and by.agency == resource.agency):
        found.append("stop")
    return found
