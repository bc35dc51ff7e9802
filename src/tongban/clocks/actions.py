"""Moving the demonstration city's time, and noting what is due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from tongban.clocks.calendar import add_working_days
from tongban.clocks.importing import load_days
from tongban.clocks.kinds import ClockMoved
from tongban.clocks.models import CityClock, Due
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.kernel.sentences import say
from tongban.packs.api import CONTENT_STAMP, is_demonstration

MOVE_DAYS_MAX = 60
#: SQL of how far the city runs ahead, in whole seconds: for a statement that checks its own moment.
SECONDS_AHEAD = "coalesce((select seconds_ahead from clocks_city where id = 1), 0)"
_WHAT_COUNTS = (
    f"select coalesce(max(seconds_ahead), 0), coalesce(max(calendar), 0), {CONTENT_STAMP}"  # noqa: S608 - our own words
    " from clocks_city where id = 1"
)
#: Offices open at nine; a moved clock stands at the hour at which a working day begins.
OPENING_HOUR = time(9, 0)


def read_offset() -> timedelta:
    """How far the city runs ahead of real time. With it comes which calendar counts: a newer one is loaded."""
    return _read_what_counts()[0]


def take_up_what_counts() -> int:
    """Read anew, in one statement, what a request begins with: the city's time, its calendar, its content's stamp.

    Time and calendar count from here on; returns the stamp, for `content_held`.
    """
    ahead, stamp = _read_what_counts()
    clock.refresh(ahead)
    return stamp


def _read_what_counts() -> tuple[timedelta, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WHAT_COUNTS)
        seconds, calendar, stamp = cursor.fetchone()
    load_days(calendar)
    return timedelta(seconds=seconds), stamp


def move_clock(*, working_days: int, by: Actor) -> datetime:
    """Move city time on to the opening hour `working_days` working days from today; returns the new time.

    Raises:
        NotAllowed: the city is not a demonstration.
        BadInput: not between one and sixty days.
    """
    if not is_demonstration():
        raise NotAllowed("只有演示城市的时间可以推进。")
    if not 1 <= working_days <= MOVE_DAYS_MAX:
        raise BadInput(say("一次可以推进 1 到 {n} 个工作日。", n=MOVE_DAYS_MAX), field="working_days")
    with transaction.atomic():
        CityClock.objects.get_or_create(pk=1)
        version = bump(CityClock, 1)
        clock.refresh()
        before = clock.now()
        day = add_working_days(clock.local(before).date(), working_days)
        after = datetime.combine(day, OPENING_HOUR, clock.CITY_ZONE)
        ahead = read_offset() + (after - before)
        CityClock.objects.filter(pk=1).update(seconds_ahead=int(ahead.total_seconds()))
        clock.refresh()
        act = ClockMoved(before=_text(before), after=_text(after), working_days=working_days)
        record(act, on=Subject("clock", "city", version), by=by)
    return clock.now()


def set_due(*, on: str, what: str, day: date, instead_of: str = "") -> None:
    """Note that `what` is due for the object `on` at the end of `day`, perhaps instead of something else."""
    with connection.cursor() as cursor:  # one statement: every act of a case says it
        cursor.execute(
            "with over as (delete from clocks_due where object = %(on)s and what = %(over)s)"
            " insert into clocks_due (object, what, due_on) values (%(on)s, %(what)s, %(day)s)"
            " on conflict (object, what) do update set due_on = excluded.due_on",
            {"on": on, "what": what, "day": day, "over": instead_of},
        )


def clear_due(*, on: str, what: str | None = None) -> None:
    """Forget what is due for the object `on` (all of it, or one thing)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from clocks_due where object = %(on)s and (%(what)s::text is null or what = %(what)s)",
            {"on": on, "what": what},
        )


def move_dues(*, what: str, days: Sequence[tuple[str, date]]) -> None:
    """Set the days of `what` for many objects at once, each with its new day; what is not noted is left out."""
    if not days:
        return
    objects, on = zip(*days, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "update clocks_due set due_on = moved.day from unnest(%s::text[], %s::date[]) as moved (object, day)"
            " where clocks_due.object = moved.object and what = %s and due_on is distinct from moved.day",
            [list(objects), list(on), what],
        )


def due_before(
    day: date, *, what: Collection[str] | None = None, limit: int = 100
) -> list[tuple[str, str, date]]:
    """What (or only `what`) is due before `day`, the earliest first: object, what, day."""
    rows = Due.objects.filter(due_on__lt=day)
    if what is not None:
        rows = rows.filter(what__in=what)
    return list(rows.order_by("due_on", "id").values_list("object", "what", "due_on")[:limit])


def _text(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")
