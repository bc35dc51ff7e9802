"""What becomes of grants: how often they are read under, which nobody uses, which end soon; the week's digest."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Q, Sum

from tongban.catalogue.api import codes_of_agency, get_resources
from tongban.exchange.models import Correction, Grant
from tongban.exchange.sharing.holding import GrantView, grants_on_mine, unused_since
from tongban.exchange.sharing.kinds import DigestSent, GrantEndsSoon, GrantFoundUnused
from tongban.exchange.sharing.models import Digest, GrantDay, SharingRequest, UnusedGrant
from tongban.exchange.sharing.queries import RequestRow, listed_requests
from tongban.exchange.sharing.terms import rule
from tongban.journal.api import Actor, EntryView, Subject, record, system, timeline
from tongban.kernel import clock

WEEK = timedelta(days=7)
LISTED = 30
_ANSWERED = "exchange.answered.v1"


@dataclass(frozen=True)
class Use:
    """How often an agency read under a grant in a week."""

    grant: str
    consumer: str
    resource_name: str
    calls: int


@dataclass(frozen=True)
class DigestView:
    """An owner's week, from Monday to Sunday; what waits and is late as of the end of it, or as of today."""

    week: date
    as_of: date
    sent_at: datetime | None
    waiting: tuple[RequestRow, ...]
    answered: tuple[RequestRow, ...]
    used: tuple[Use, ...]
    stopped: tuple[tuple[str, str, str], ...]
    unused: tuple[GrantView, ...]
    corrections: dict[str, int]

    @property
    def late(self) -> int:
        """How many requests were not answered in time."""
        return sum(row.due_on < self.as_of for row in self.waiting)

    @property
    def refused(self) -> tuple[RequestRow, ...]:
        """The requests of the week with refused items."""
        return tuple(row for row in self.answered if row.refused)

    @property
    def last_day(self) -> date:
        """The Sunday."""
        return self.week + WEEK - timedelta(days=1)


def count_use(entries: Iterable[EntryView]) -> None:
    """Count readings under their grants, in one statement; a subscriber's effect, so each entry counts once."""
    counted = Counter(
        (grant, clock.local(entry.occurred_at).date())
        for entry in entries
        if entry.kind == _ANSWERED and isinstance(grant := entry.content.get("grant"), str) and grant
    )
    if not counted:
        return
    rows = [(grant, day, calls) for (grant, day), calls in sorted(counted.items())]
    grants, days, calls = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            'insert into exchange_grant_day ("grant", day, calls)'
            " select * from unnest(%s::text[], %s::date[], %s::int[])"
            ' on conflict ("grant", day) do update set calls = exchange_grant_day.calls + excluded.calls',
            [list(grants), list(days), list(calls)],
        )


def told_of(entry: EntryView) -> list[str]:
    """The agencies that get a notice of an act: those it names, the holder of a grant that was stopped."""
    told = entry.content.get("told")
    if isinstance(told, list):
        return [str(agency) for agency in told]
    noun, _colon, code = entry.object.partition(":")
    return list(Grant.objects.filter(pk=code).values_list("consumer", flat=True)) if noun == "grant" else []


def tell_unused() -> int:
    """Tell holder and owner of every grant that nobody used for long, once for each such time; for the worker."""
    today = clock.today()
    rows = list(
        Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), stopped_at=None).order_by("code")
    )
    found = unused_since(rows, today) if rows else {}
    known = set(UnusedGrant.objects.filter(grant__in=found).values_list("grant", "since"))
    resources = get_resources({row.resource for row in rows if row.code in found})
    told = 0
    for row in rows:
        since = found.get(row.code)
        if since is None or (row.code, since) in known or row.resource not in resources:
            continue
        with transaction.atomic():
            note = UnusedGrant(grant=row.code, since=since, told_at=clock.now())
            if not UnusedGrant.objects.filter(grant=row.code, since=since).exists():
                note.save(force_insert=True)
                act = GrantFoundUnused(
                    resource=row.resource,
                    since=since.isoformat(),
                    told=sorted({row.consumer, resources[row.resource].agency}),
                )
                record(act, on=Subject("grant", row.code, row.version), by=system("exchange"))
                told += 1
    return told


def tell_ending() -> int:
    """Tell holder and owner of every grant that ends inside the renewal window, once; for the worker."""
    today = clock.today()
    last = today + timedelta(days=rule("renewal-window").amount)
    rows = list(
        Grant.objects.filter(stopped_at=None, valid_to__gte=today, valid_to__lte=last).order_by("code")
    )
    renewed = set(
        SharingRequest.objects.filter(renews__in=[row.code for row in rows])
        .exclude(state="withdrawn")
        .values_list("renews", flat=True)
    )
    known = {
        entry.object
        for entry in timeline(objects=[f"grant:{row.code}" for row in rows], kinds=[GrantEndsSoon.kind])
    }
    resources = get_resources({row.resource for row in rows})
    due = [
        row
        for row in rows
        if row.code not in renewed and f"grant:{row.code}" not in known and row.resource in resources
    ]
    for row in due:
        assert row.valid_to
        act = GrantEndsSoon(
            resource=row.resource,
            valid_to=row.valid_to.isoformat(),
            told=sorted({row.consumer, resources[row.resource].agency}),
        )
        with transaction.atomic():
            record(act, on=Subject("grant", row.code, row.version), by=system("exchange"))
    return len(due)


def send_digests() -> int:
    """Send every owner with grants or requests the digest of the last whole week, once; for the worker."""
    today = clock.today()
    week = monday(today) - WEEK
    held = Grant.objects.order_by().values_list("resource", flat=True).distinct()
    owners = {view.agency for view in get_resources(set(held)).values()}
    owners |= set(SharingRequest.objects.order_by().values_list("provider", flat=True).distinct())
    sent = set(Digest.objects.filter(week=week).values_list("agency", flat=True))
    for agency in sorted(owners - sent):
        with transaction.atomic():
            _row, made = Digest.objects.get_or_create(
                agency=agency, week=week, defaults={"sent_at": clock.now()}
            )
            if made:
                act = DigestSent(week=week.isoformat(), told=[agency])
                record(act, on=Subject("digest", f"{agency}:{week}", 1), by=system("exchange"))
    return len(owners - sent)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def digest_of(by: Actor, week: date) -> DigestView:
    """The digest of an officer's agency for the week that begins on the Monday `week`."""
    agency, end = by.agency, week + WEEK
    as_of = min(end - timedelta(days=1), clock.today())
    mine = SharingRequest.objects.filter(provider=agency)
    open_then = Q(answered_on=None) | Q(answered_on__gt=as_of)
    sent = Digest.objects.filter(agency=agency, week=week).values_list("sent_at", flat=True).first()
    return DigestView(
        week=week,
        as_of=as_of,
        sent_at=sent,
        waiting=tuple(
            listed_requests(mine.filter(open_then, asked_on__lte=as_of).order_by("due_on", "id")[:LISTED])
        ),
        answered=tuple(
            listed_requests(
                mine.filter(answered_on__gte=week, answered_on__lt=end).order_by("-answered_at")[:LISTED]
            )
        ),
        used=tuple(_used(agency, week, end)),
        stopped=tuple(_stopped(agency, week, end)),
        unused=tuple(view for view in grants_on_mine(by, limit=1000) if view.unused)[:LISTED],
        corrections=_corrections(agency, week, end),
    )


def _used(agency: str, week: date, end: date) -> list[Use]:
    grants = {row.code: row for row in Grant.objects.filter(resource__in=codes_of_agency(agency))}
    names = get_resources({row.resource for row in grants.values()})
    counted = GrantDay.objects.filter(grant__in=grants, day__gte=week, day__lt=end)
    rows = counted.values_list("grant").annotate(calls=Sum("calls")).order_by("-calls", "grant")[:LISTED]
    return [
        Use(code, grants[code].consumer, names[grants[code].resource].name, calls) for code, calls in rows
    ]


def _stopped(agency: str, week: date, end: date) -> list[tuple[str, str, str]]:
    first, last = (datetime.combine(day, time(), clock.CITY_ZONE) for day in (week, end))
    rows = Grant.objects.filter(
        resource__in=codes_of_agency(agency), stopped_at__gte=first, stopped_at__lt=last
    ).order_by("stopped_at", "code")[:LISTED]
    held: Sequence[Grant] = list(rows)
    names = get_resources({row.resource for row in held})
    return [(row.code, row.consumer, names[row.resource].name) for row in held]


def _corrections(agency: str, week: date, end: date) -> dict[str, int]:
    rows = Correction.objects.filter(provider=agency)
    return {
        "asked": rows.filter(asked_on__gte=week, asked_on__lt=end).count(),
        "answered": rows.filter(answered_on__gte=week, answered_on__lt=end).count(),
        "open": rows.filter(answered_on=None).count(),
        "late": rows.filter(answered_on=None, due_on__lt=clock.today()).count(),
    }
