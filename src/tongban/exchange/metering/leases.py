"""Quotas, leased in blocks: a process takes calls of a grant's day from the database and uses them from memory.

Never more than the quota is given out, over all processes: a call is reserved in memory before it is answered, and what
was reserved without a known end counts as used. A process that dies leaves a lease behind; when that lapses, what the
journal does not show as read comes back.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction

from tongban.exchange.kinds import Answered, Fed, QuotaUsedUp
from tongban.exchange.metering.models import Lease, Quota
from tongban.exchange.models import Grant
from tongban.journal.api import Subject, record, system
from tongban.kernel import clock
from tongban.kernel.errors import Problem, TooMany
from tongban.kernel.ids import uuid7, uuid7_floor
from tongban.kernel.sentences import say

#: A block is an eighth of what is left, so that blocks shrink as the day's calls run out.
PARTS, BLOCK_MAX = 8, 500
#: A lease lapses after so long; its holder stops using it earlier, so that what it began is committed by then.
LEASE_S, MARGIN_S = 60, 15
#: How long a process remembers that nothing is left, and how often that is journalled.
REMEMBER_S, TELL_EVERY = 1.0, timedelta(hours=1)


class QuotaExceeded(TooMany):
    """The calls of the day are used up; `again_at` is when there may be some again."""

    def __init__(self, grant: str, quota: int, again_at: datetime) -> None:
        super().__init__(again_at)
        self.args = (
            say(
                "授权 {grant} 每天 {quota} 次，今天的已经用完。请在 Retry-After 之后再发，或者向提供部门申请调高。",
                grant=grant,
                quota=quota,
            ),
        )


@dataclass
class Held:
    """A lease in memory: how many calls are left of it, and until when it is used."""

    lease: UUID
    grant: str
    day: date
    left: int
    until: datetime


def block_of(available: int) -> int:
    """How many calls a process takes of those that are left; none when none is left."""
    return max(0, min(available, max(1, min(BLOCK_MAX, available // PARTS))))


def unused_of(size: int, read: int) -> int:
    """What comes back of a lapsed lease of `size` calls when the journal shows `read` readings in its time."""
    return size - min(size, read)


class _Memory:
    """The leases of this process; a thread holds `lock` only for moments, `taking` while it asks the database."""

    def __init__(self) -> None:
        self.lock, self.taking = threading.Lock(), threading.Lock()
        self.held: dict[str, Held] = {}
        self.passed: list[Held] = []
        self.metered: dict[tuple[str, str], tuple[str, ...]] = {}
        self.used_up: dict[tuple[str, date], tuple[datetime, QuotaExceeded]] = {}


_memory = _Memory()


@dataclass
class LeasedCalls:
    """A call of each grant that has one in memory; `used` is set to the grant under which it was answered."""

    grants: list[str]
    used: str = ""


@contextmanager
def leased_calls(client: str, resource: str) -> Iterator[LeasedCalls]:
    """A block with one call reserved of each leased grant that a subsystem holds on a resource; costs no question.

    What was not used goes back to its lease; but where the end is not known, since the database did not answer, it
    stays used: never more than the quota.
    """
    known = _memory.metered.get((client, resource), ())
    if not known:
        yield LeasedCalls([])
        return
    with _memory.lock:
        reserved = _reserve(known, clock.today())
    calls = LeasedCalls([one.grant for one in reserved])
    try:
        yield calls
    except Problem:
        _settle(reserved, used="")
        raise
    _settle(reserved, used=calls.used)


def _settle(reserved: Sequence[Held], *, used: str) -> None:
    with _memory.lock:
        for one in reserved:
            if one.grant != used and _memory.held.get(one.grant) is one:
                one.left += 1


def lease(client: str, resource: str, grant: str, *, day: date) -> None:
    """Take a block of the grant's calls of the day, in a transaction of its own.

    Raises:
        QuotaExceeded: none is left; journalled at most once an hour.
    """
    with _memory.lock:
        known = _memory.metered.get((client, resource), ())
        _memory.metered[client, resource] = tuple(sorted({*known, grant}))
    with _memory.taking:
        with _memory.lock:
            if held := _usable(grant, day):
                return
            until, problem = _memory.used_up.get((grant, day), (None, None))
        if problem and until and until > clock.real_now():
            raise problem
        with transaction.atomic():
            held, problem = _take(grant, day)
        with _memory.lock:
            if held:
                _memory.held[grant] = held
                return
            if problem:
                remembered = clock.real_now() + timedelta(seconds=REMEMBER_S)
                _memory.used_up[grant, day] = remembered, problem
        if problem:
            raise problem


def spend(grant: str, *, day: date) -> None:
    """Use one call of a grant here and now: for a reading on this platform.

    Raises:
        QuotaExceeded: none is left.
    """
    for _attempt in range(100):
        with _memory.lock:
            if _reserve((grant,), day):
                return
        lease("", grant, grant, day=day)


def give_back(*, everything: bool = False) -> None:
    """Return what is left of leases that passed, or of all when the process ends."""
    with _memory.lock:
        for grant, held in list(_memory.held.items()):
            if everything or not _is_usable(held, held.day):
                _memory.passed.append(_memory.held.pop(grant))
        passed, _memory.passed = _memory.passed, []
    for held in passed:
        with transaction.atomic():
            row = _locked(held.grant, held.day)
            if Lease.objects.filter(pk=held.lease).delete()[0]:
                _set_taken(row, row.taken - held.left)


def forget_passed_days() -> None:
    """Remove leases and counts of days that are over: nobody can use or return a call of them any more.

    A day before yesterday, since processes whose city clocks are a moment apart may still be in yesterday.
    """
    passed = clock.today() - timedelta(days=1)
    Lease.objects.filter(day__lt=passed).delete()
    Quota.objects.filter(day__lt=passed).delete()


def forget() -> None:
    """Forget every lease without returning it, as a process does that is killed."""
    global _memory  # noqa: PLW0603 - the memory of the process
    _memory = _Memory()


def _reserve(grants: Iterable[str], day: date) -> list[Held]:
    reserved = [held for grant in grants if (held := _usable(grant, day))]
    for held in reserved:
        held.left -= 1
    return reserved


def _usable(grant: str, day: date) -> Held | None:
    held = _memory.held.get(grant)
    if held is None:
        return None
    if _is_usable(held, day) and held.left > 0:
        return held
    if not _is_usable(held, day):
        _memory.passed.append(_memory.held.pop(grant))
    return None


def _is_usable(held: Held, day: date) -> bool:
    return held.day == day and clock.real_now() < held.until


def _take(grant: str, day: date) -> tuple[Held | None, QuotaExceeded | None]:
    """A block, or the refusal where none is left; nothing at all where the grant has no quota any more."""
    row = _locked(grant, day)
    _take_back_lapsed(row)
    quota = Grant.objects.filter(pk=grant).values_list("quota", flat=True).first()
    if quota is None:
        return None, None
    size = block_of(quota - row.taken)
    now = clock.real_now()
    if not size:
        return None, _used_up(row, quota)
    lapses = now + timedelta(seconds=LEASE_S)
    made = Lease.objects.create(id=uuid7(), grant=grant, day=day, size=size, taken_at=now, until=lapses)
    _set_taken(row, row.taken + size)
    return Held(made.pk, grant, day, size, lapses - timedelta(seconds=MARGIN_S)), None


def _locked(grant: str, day: date) -> Quota:
    Quota.objects.bulk_create([Quota(grant=grant, day=day)], ignore_conflicts=True)
    return Quota.objects.select_for_update().get(grant=grant, day=day)


def _set_taken(row: Quota, taken: int) -> None:
    row.taken = max(0, taken)
    Quota.objects.filter(grant=row.grant, day=row.day).update(taken=row.taken)


def _take_back_lapsed(row: Quota) -> None:
    """What dead processes left: whatever the journal does not show as read in a lease's time comes back."""
    lapsed = list(Lease.objects.filter(grant=row.grant, day=row.day, until__lte=clock.real_now()))
    for one in lapsed:
        back = unused_of(one.size, _readings(one))
        one.delete()
        _set_taken(row, row.taken - back)


def _readings(one: Lease) -> int:
    """Readings under the grant in the lease's time, by any process: never fewer than the lost one's.

    An entry's id is made after its lease was taken and before the lease passed, by the clock of one process.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from journal_entry entry join journal_part part"
            " on part.entry = entry.id and part.ordinal = 0"
            " where entry.id >= %s and entry.id < %s and entry.kind = any(%s)"
            " and convert_from(part.bytes, 'UTF8')::jsonb ->> 'grant' = %s",
            [
                uuid7_floor(one.taken_at - timedelta(milliseconds=1)),
                uuid7_floor(one.until),
                [Answered.kind, Fed.kind],
                one.grant,
            ],
        )
        (found,) = cursor.fetchone() or (0,)
    return int(found)


def _used_up(row: Quota, quota: int) -> QuotaExceeded:
    """The refusal, journalled once an hour: a caller that goes on would else fill the journal with one sentence."""
    now = clock.now()
    if row.told_at is None or now - row.told_at >= TELL_EVERY:
        Quota.objects.filter(grant=row.grant, day=row.day).update(told_at=now)
        act = QuotaUsedUp(grant=row.grant, quota=quota, day=row.day.isoformat())
        record(act, on=Subject("grant", row.grant, 1), by=system("quota"))
    midnight = datetime.combine(row.day + timedelta(days=1), time(), clock.CITY_ZONE)
    return QuotaExceeded(row.grant, quota, _again_at(row, midnight))


def _again_at(row: Quota, midnight: datetime) -> datetime:
    """The next day, or the moment when another process's lease lapses, if that is sooner."""
    rows = Lease.objects.filter(grant=row.grant, day=row.day).order_by("until")
    lapses = rows.values_list("until", flat=True).first()
    return min(midnight, lapses + clock.offset()) if lapses else midnight
