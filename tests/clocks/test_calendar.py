"""The calendar: imported years stand over the library's, mistakes are named by line, other packages agree with it."""

from collections.abc import Iterator
from datetime import date, timedelta

import holidays
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.portals.public.test_public_pages import text
from tongban.clocks.api import (
    CalendarLine,
    Limit,
    add_working_days,
    import_calendar,
    list_years,
    read_clock,
    read_table,
    working_day,
)
from tongban.clocks.calendar import ImportedDays, install_days
from tongban.identity.api import find_actor
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, NotAllowed

INDEPENDENT = {year: holidays.country_holidays("CN", years=year) for year in range(2018, 2027)}
DAYS = st.dates(date(2018, 1, 1), date(2026, 6, 30))
TABLE = "日期,上班,名称\n2027-01-01,否,元旦\n2027-01-03,是,元旦调休\n"


@pytest.fixture(autouse=True)
def _the_librarys_calendar() -> Iterator[None]:
    yield
    install_days(ImportedDays())


@given(DAYS, st.integers(1, 60))
def test_a_package_made_by_others_counts_to_the_same_day(start: date, amount: int) -> None:
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        left -= INDEPENDENT[day.year].is_working_day(day)
    assert add_working_days(start, amount) == day


def test_a_package_made_by_others_agrees_on_every_day_of_nine_years() -> None:
    first = date(2018, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(2027, 1, 1) - first).days)]
    assert [day for day in days if INDEPENDENT[day.year].is_working_day(day) != working_day(day)[0]] == []


def test_an_imported_year_is_no_longer_provisional_and_moves_what_is_due(db: None) -> None:
    limit = Limit(10, "working_day", "")
    before = read_clock(limit, date(2026, 12, 21), as_of=date(2026, 12, 22))
    moved = import_calendar(
        year=2027, paper="示例通知", lines=read_table(TABLE.encode()), by=find_actor("operator")
    )
    after = read_clock(limit, date(2026, 12, 21), as_of=date(2026, 12, 22))
    assert (before.provisional, after.provisional) == (True, False)
    assert moved == 365  # each day of the year was provisional before
    assert after.due_on == before.due_on  # Friday was lost, Sunday was won
    assert not working_day(date(2027, 1, 1))[0]
    assert working_day(date(2027, 1, 3)) == (True, False)


def test_the_import_is_public_and_the_years_say_where_they_are_from(db: None) -> None:
    import_calendar(year=2027, paper="示例通知", lines=read_table(TABLE.encode()), by=find_actor("operator"))
    years = {one.year: one for one in list_years(around=date(2026, 11, 25))}
    assert years[2026].announced
    assert (years[2027].announced, years[2027].paper) == (True, "示例通知")
    assert not years[2028].announced
    assert years[2027].works + years[2027].rests == 365


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("日期,上班\n2027-13-01,否\n", "第 2 行的日期「2027-13-01」读不懂"),
        ("日期,上班\n2027-01-01,休\n", "第 2 行的「上班」请填是或否"),
        ("day,works\n2027-01-01,no\n", "表头应有「日期」「上班」两列"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_line(table: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_table(table.encode())


def test_a_table_in_another_encoding_is_told_how_to_save_it() -> None:
    with pytest.raises(BadInput, match="CSV UTF-8"):
        read_table(TABLE.encode("gb18030"))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "没有一天放假"),
        ([CalendarLine(date(2027, 1, 3), works=True, title="")], "没有一天放假"),
        ([CalendarLine(date(2026, 1, 1), works=False, title="")], "不在 2027 年"),
        ([CalendarLine(date(2027, 1, 1), works=False, title="")] * 2, "有两行"),
    ],
)
def test_a_year_is_taken_over_whole_or_not_at_all(db: None, lines: list[CalendarLine], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        import_calendar(year=2027, paper="示例通知", lines=lines, by=find_actor("operator"))
    clock.refresh()
    clock.now()
    assert working_day(date(2027, 1, 1))[1]


def test_only_an_operator_imports_and_names_the_paper(db: None) -> None:
    lines = read_table(TABLE.encode())
    with pytest.raises(NotAllowed, match="系统管理员"):
        import_calendar(year=2027, paper="示例通知", lines=lines, by=find_actor("clerk1"))
    with pytest.raises(BadInput, match="文件"):
        import_calendar(year=2027, paper=" ", lines=lines, by=find_actor("operator"))


def test_the_page_says_which_year_is_provisional_and_keeps_what_was_typed(client: Client, db: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tongban.identity.api import find_account

    client.force_login(find_account("operator"))
    assert "还没有公布，按周一到周五暂定" in text(client.get("/counter/calendar/"))
    wrong = client.post("/counter/calendar/", {"year": "2027", "paper": "示例通知"})
    assert wrong.status_code == 422
    assert "请选择这一年的日历文件" in text(wrong)
    assert "示例通知" in text(wrong)
    file = SimpleUploadedFile("2027.csv", TABLE.encode(), "text/csv")
    sent = client.post("/counter/calendar/", {"year": "2027", "paper": "示例通知", "file-table": file})
    assert sent.status_code == 302
    page = text(client.get(sent.headers["Location"]))
    assert "示例通知" in page
    assert "已导入" in page
