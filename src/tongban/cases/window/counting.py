"""The day of a window (日结): what the program knows of it, beside what was counted by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tongban.cases.models import DayClose, Shift
from tongban.cases.window.holding import check_clerk
from tongban.cases.window.kinds import DayClosed
from tongban.cases.window.shifts import COUNT_MAX, clerks
from tongban.journal.api import Actor, Subject, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Conflict
from tongban.kernel.ids import uuid7
from tongban.kernel.words import WORDS_MAX, check_written

LISTED = 30
#: What of a day somebody counts by hand: filled-in forms, papers, originals in the drawer, used serials.
COUNTED = ("received", "papers", "pieces", "serials_left")

_FIGURES = """
with mine as (
    select number, channel from cases_application
    where "window" = %(window)s and submitted_at >= %(begin)s and submitted_at < %(end)s
), kept as (
    select pieces, taken_at, returned_at from cases_original
    where "window" = %(window)s and (returned_at is null or returned_at >= %(begin)s or taken_at >= %(begin)s)
)
select
    (select count(*) from mine where channel = 'window') as received,
    (select count(*) from mine where channel <> 'window') as online,
    (select count(*) from cases_handed join mine on application_id = number
        where channel = 'window' and outcome = 'paper') as papers,
    (select coalesce(sum(pieces), 0) from kept where taken_at >= %(begin)s and taken_at < %(end)s) as taken,
    (select coalesce(sum(pieces), 0) from kept where returned_at >= %(begin)s and returned_at < %(end)s) as returned,
    (select coalesce(sum(pieces), 0) from kept
        where taken_at < %(end)s and (returned_at is null or returned_at >= %(end)s)) as pieces,
    (select count(*) from cases_paper_serial where entered_at >= %(begin)s and entered_at < %(end)s
        and block_id in (select id from cases_serial_block where "window" = %(window)s)) as serials_used,
    (select count(*) from cases_paper_serial where state = 'unused'
        and block_id in (select id from cases_serial_block where "window" = %(window)s)) as serials_left
"""


@dataclass(frozen=True)
class DayCloseView:
    """A closed day: figures, what was counted, why they differ."""

    day: date
    figures: Mapping[str, int]
    counted: Mapping[str, int]
    words: str
    closed_by: str
    closed_at: datetime


def figures_of(window: str, day: date) -> dict[str, int]:
    """What the program knows of a window's day, by name. One query.

    received, online: applications; papers: materials taken on paper;
    taken, returned, pieces: originals by pieces, of the day and held at its end; serials_used that day, and those
    that are left.
    """
    begin = datetime.combine(day, time.min, clock.CITY_ZONE)
    values: dict[str, str | date] = {
        "window": window,
        "day": day,
        "begin": begin,
        "end": begin + timedelta(days=1),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        row = cursor.fetchone()
        assert row
        return {column[0]: int(value) for column, value in zip(cursor.description or (), row, strict=True)}


def close_day(*, day: date, counted: Mapping[str, int | None], words: str, by: Actor) -> UUID:
    """Close a day of the officer's window: `counted` has a number for each of `COUNTED`.

    Raises:
        BadInput: a number is missing; a count differs from the figure and no word says why.
        Conflict: the day is to come, closed already, or a hand-over is still open.
        NotAllowed: no clerk.
    """
    check_clerk(by, window=by.agency)
    if day > clock.today():
        raise BadInput("这一天还没有到，不能日结。", field="day")
    numbers = {}
    for name in COUNTED:
        number = counted.get(name)
        if number is None or not 0 <= number <= COUNT_MAX:
            raise BadInput("请填写清点的数，没有就填 0。", field=name)
        numbers[name] = number
    if Shift.objects.filter(window=by.agency, state="open").exists():
        raise Conflict("还有一班没有人接，请先接班或者撤回交班，再日结。")
    figures = figures_of(by.agency, day)
    said = words.replace("\0", "").strip()[:WORDS_MAX]
    if any(numbers[name] != figures[name] for name in COUNTED):
        said = check_written(words, missing="清点的数和系统里的不一样，请写明差在哪里、为什么。")
    try:
        with transaction.atomic():
            row = DayClose.objects.create(
                id=uuid7(),
                window=by.agency,
                day=day,
                figures=figures,
                counted=numbers,
                words=said,
                closed_by=by.key,
                closed_at=clock.now(),
            )
            act = DayClosed(window=by.agency, day=day.isoformat(), figures=figures, counted=numbers)
            record(act, on=Subject("window-day", str(row.id), 1), by=by)
    except IntegrityError:
        raise Conflict("这一天已经日结，不能再结一次。") from None
    return row.id


def closed_days(by: Actor) -> list[DayCloseView]:
    """The newest closed days of the officer's window. Two queries."""
    names = clerks(by.agency)
    rows = DayClose.objects.filter(window=by.agency).order_by("-day")[:LISTED]
    return [
        DayCloseView(
            row.day,
            row.figures,
            row.counted,
            row.words,
            names.get(row.closed_by, row.closed_by),
            row.closed_at,
        )
        for row in rows
    ]
