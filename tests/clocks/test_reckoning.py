"""Legal time: the first day never counts, holidays and make-up days do as announced, pauses have a ground."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.clocks.api import Limit, Pause, add_working_days, due_day, read_clock, working_day

LICENCE = Limit(20, "working_day", "《行政许可法》第四十二条")
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (date(2026, 2, 13), 20, date(2026, 3, 19)),  # 春节: naive counting says 13 March
        (date(2026, 9, 30), 10, date(2026, 10, 20)),  # 国庆: naive counting says 14 October
        (date(2026, 9, 18), 5, date(2026, 9, 24)),  # a Sunday is worked: naive counting says 25 September
    ],
)
def test_holidays_and_make_up_days_count_as_announced(start: date, amount: int, due: date) -> None:
    assert add_working_days(start, amount) == due


@given(DAYS, st.integers(1, 60))
def test_the_due_day_is_a_working_day_with_exactly_the_limit_of_working_days_behind_it(
    start: date, amount: int
) -> None:
    due = due_day(Limit(amount, "working_day", ""), start)
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert working_day(due)[0]
    assert sum(working_day(day)[0] for day in between) == amount


@given(DAYS, st.integers(0, 90), st.integers(1, 60))
def test_the_lines_of_the_sum_add_up_to_what_is_used(start: date, after: int, amount: int) -> None:
    as_of = start + timedelta(days=after)
    reading = read_clock(Limit(amount, "working_day", ""), start, as_of=as_of)
    assert sum(line.counted for line in reading.lines) == reading.used
    assert sum(line.counted + line.skipped for line in reading.lines) == after
    assert reading.left == amount - reading.used
    assert reading.overdue == (as_of > reading.due_on and working_days(reading.due_on, as_of) > 0)


def working_days(first: date, last: date) -> int:
    return sum(working_day(first + timedelta(days=n))[0] for n in range(1, (last - first).days + 1))


@given(DAYS, st.integers(0, 20), st.integers(0, 30))
def test_a_closed_pause_moves_the_due_day_by_its_working_days_and_uses_none(
    start: date, begin: int, length: int
) -> None:
    pause = Pause(start + timedelta(days=begin), start + timedelta(days=begin + length), "检验", "第四十五条")
    paused = due_day(LICENCE, start, [pause])
    lost = working_days(pause.begin, pause.end or start)
    assert working_days(start, paused) == LICENCE.amount + (lost if pause.begin < paused else 0)


def test_an_open_pause_stands_still_and_names_its_ground() -> None:
    start = date(2026, 11, 23)
    pause = Pause(date(2026, 11, 25), None, "专家评审", "第四十五条")
    reading = read_clock(LICENCE, start, as_of=date(2026, 12, 4), pauses=[pause])
    assert (reading.used, reading.paused, reading.lamp) == (2, "专家评审", "paused")
    assert [line.ground for line in reading.lines] == ["", "专家评审"]


def test_a_year_whose_holidays_are_not_announced_makes_the_clock_provisional() -> None:
    assert read_clock(LICENCE, date(2026, 11, 23), as_of=date(2026, 11, 24)).provisional is False
    assert read_clock(LICENCE, date(2026, 12, 21), as_of=date(2026, 12, 22)).provisional is True


def test_a_limit_in_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert due_day(Limit(10, "day", ""), date(2026, 9, 25)) == date(2026, 10, 8)


def test_a_stopped_clock_no_longer_moves() -> None:
    start, stop = date(2026, 11, 23), date(2026, 11, 26)
    later = read_clock(LICENCE, start, as_of=date(2027, 3, 1), stopped_on=stop)
    assert (later.used, later.lamp) == (3, "stopped")
