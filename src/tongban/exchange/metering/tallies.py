"""Calls counted by the hour, in memory, written down now and then by each process; nothing of a call's content."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from tongban.exchange.metering.leases import give_back
from tongban.exchange.metering.models import Tally
from tongban.kernel import clock

#: Answered, refused with a reason, over its share, and refused without knowing who it is.
ANSWERED, REFUSED, LIMITED, UNKNOWN = "answered", "refused", "limited", "unknown"
#: How long hours are kept: a season, to hold an hour against those before.
KEPT = timedelta(days=92)

_lock = threading.Lock()
_counted: Counter[tuple[datetime, str, str]] = Counter()


@dataclass(frozen=True)
class TallyView:
    """So many calls: `who` is a subsystem, or the error code where nobody knows who called."""

    what: str
    who: str
    calls: int


def count(what: str, who: str) -> None:
    """Count one call of this hour."""
    hour = clock.real_now().replace(minute=0, second=0, microsecond=0)
    with _lock:
        _counted[hour, what, who] += 1


def write_tallies() -> None:
    """Add what this process counted to the hours' rows, in one statement; lost at most are the moments since the last time."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    if not counted:
        return
    hours, whats, whos = (list(part) for part in zip(*sorted(counted), strict=True))
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into exchange_tally (hour, what, who, calls)"
                " select * from unnest(%s::timestamptz[], %s::text[], %s::text[], %s::bigint[])"
                " on conflict (hour, what, who) do update set calls = exchange_tally.calls + excluded.calls",
                [hours, whats, whos, [counted[key] for key in sorted(counted)]],
            )
    except Exception:
        with _lock:
            _counted.update(counted)
        raise


def write_down(*, ending: bool = False) -> None:
    """What a process does every few seconds and at its end: write its tallies, give back the leases it does not use."""
    give_back(everything=ending)
    write_tallies()


def unknown_callers(*, hours: int = 24) -> list[TallyView]:
    """Refusals of callers that nobody knows, by error code, in the last hours; the most first."""
    return _summed([UNKNOWN], hours)


def known_callers(*, hours: int = 24) -> list[TallyView]:
    """Refused and over-share calls of each subsystem in the last hours; the most first."""
    return _summed([REFUSED, LIMITED], hours)


def forget_tallies() -> None:
    """Delete hours that nobody looks at any more."""
    Tally.objects.filter(hour__lt=clock.real_now() - KEPT).delete()


def _summed(whats: Sequence[str], hours: int) -> list[TallyView]:
    since = clock.real_now() - timedelta(hours=hours)
    rows = Tally.objects.filter(what__in=whats, hour__gte=since).values("what", "who")
    rows = rows.annotate(total=Sum("calls")).order_by("-total", "what", "who")[:50]
    return [TallyView(row["what"], row["who"], row["total"]) for row in rows]
