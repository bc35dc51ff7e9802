"""Importing the days of a year: the table as it is published, checked line by line, taken over as a whole."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tongban.clocks.calendar import ImportedDays, days_version, install_days, is_announced, working_day
from tongban.clocks.kinds import CalendarImported
from tongban.clocks.models import CalendarDay, CalendarYear, CityClock
from tongban.journal.api import Actor, Subject, bump, record
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed
from tongban.kernel.sentences import say

COLUMNS = ("日期", "上班", "名称")
_WORKS = {"是": True, "否": False}
#: A year has some forty such days; more is no calendar.
LINES_MAX = 400
PAPER_MAX = 120


@dataclass(frozen=True)
class CalendarLine:
    """A day that the table names: whether one works on it, and what it is called."""

    day: date
    works: bool
    title: str


@dataclass(frozen=True)
class YearView:
    """A year as it counts here: how many days one works and rests, and where that is from (empty: nobody said)."""

    year: int
    announced: bool
    paper: str
    works: int
    rests: int


def read_table(data: bytes) -> list[CalendarLine]:
    """The lines of a CSV file in UTF-8 with the columns 日期, 上班 (是 or 否), 名称.

    Raises:
        BadInput: names the line and what is wrong with it.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            "这个文件不是 UTF-8 编码。请在表格软件里另存为 CSV UTF-8 再导入。", field="table"
        ) from None
    rows = csv.DictReader(io.StringIO(text))
    if not set(COLUMNS[:2]) <= set(rows.fieldnames or ()):
        raise BadInput("表头应有「日期」「上班」两列，「名称」可以不填。", field="table")
    lines: list[CalendarLine] = []
    for number, row in enumerate(rows, start=2):
        if number > LINES_MAX:
            raise BadInput(say("一年的日历不会超过 {n} 行，请检查文件。", n=LINES_MAX), field="table")
        lines.append(_line(number, row))
    return lines


def import_calendar(*, year: int, paper: str, lines: Sequence[CalendarLine], by: Actor) -> int:
    """Take over the days of a year; returns how many days now count otherwise. Running clocks follow (`cases`).

    What the law did by itself under the former days stays as it was; whoever recounts opens a question about it.

    Raises:
        NotAllowed: not an operator.
        BadInput: no paper, no lines, a day of another year, or twice.
    """
    if not by.has_role("operator"):
        raise NotAllowed("工作日历由系统管理员导入。")
    if not paper.strip() or len(paper) > PAPER_MAX:
        raise BadInput("请写明公布这一年节假日安排的文件，例如文号和标题。", field="paper")
    _check_lines(year, lines)
    before = {day: working_day(day) for day in _days_of(year)}
    with transaction.atomic():
        CityClock.objects.get_or_create(pk=1)
        bump(CityClock, 1)
        CalendarYear.objects.get_or_create(
            pk=year,
            defaults={"paper": paper, "imported_at": clock.now(), "imported_by": by.key, "version": 0},
        )
        version = bump(CalendarYear, year)
        CalendarYear.objects.filter(pk=year).update(
            paper=paper.strip(), imported_at=clock.now(), imported_by=by.key
        )
        CalendarDay.objects.filter(year=year).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(day=line.day, year_id=year, works=line.works, title=line.title) for line in lines
        )
        row = CityClock.objects.get(pk=1)
        row.calendar += 1
        row.save(update_fields=["calendar"])
        load_days(row.calendar)
        moved = sum(working_day(day) != counted for day, counted in before.items())
        act = CalendarImported(
            year=year,
            paper=paper.strip(),
            rest=[line.day.isoformat() for line in lines if not line.works],
            work=[line.day.isoformat() for line in lines if line.works],
            moved=moved,
        )
        record(act, on=Subject("calendar", str(year), version), by=by)
    return moved


def load_days(version: int) -> None:
    """Count by the imported years as the database has them at `version`; nothing is read when this process does."""
    if version == days_version():
        return
    rows = list(CalendarDay.objects.values_list("day", "works"))
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    install_days(ImportedDays(version, years, dict(rows)))


def list_years(*, around: date) -> list[YearView]:
    """The years that matter now: the one before, this one, the two after, and every imported one."""
    papers = dict(CalendarYear.objects.values_list("year", "paper"))
    years = sorted({around.year - 1, around.year, around.year + 1, around.year + 2, *papers})
    found = []
    for year in years:
        days = [working_day(day)[0] for day in _days_of(year)]
        found.append(
            YearView(year, is_announced(year), papers.get(year, ""), sum(days), len(days) - sum(days))
        )
    return found


def _line(number: int, row: dict[str, str | None]) -> CalendarLine:
    given = (row.get("日期") or "").strip()
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise BadInput(
            say("第 {n} 行的日期「{given}」读不懂，请写成 2027-01-01。", n=number, given=given), field="table"
        ) from None
    works = _WORKS.get((row.get("上班") or "").strip())
    if works is None:
        raise BadInput(say("第 {n} 行的「上班」请填是或否。", n=number), field="table")
    return CalendarLine(day, works, (row.get("名称") or "").strip()[:40])


def _check_lines(year: int, lines: Sequence[CalendarLine]) -> None:
    if not any(not line.works for line in lines):
        raise BadInput("表里没有一天放假，这不是一年的节假日安排。", field="table")
    if other := [line.day for line in lines if line.day.year != year]:
        raise BadInput(say("{day} 不在 {year} 年。一次导入一年。", day=other[0], year=year), field="table")
    days = [line.day for line in lines]
    if twice := {day for day in days if days.count(day) > 1}:
        raise BadInput(say("{day} 在表里有两行。", day=min(twice)), field="table")


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
