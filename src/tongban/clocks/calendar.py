"""Working days of China: announced holidays and make-up days, else Monday to Friday and marked provisional."""

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays

#: The library knows whole years; after its last one nothing is announced yet.
_LAST_ANNOUNCED = date(max(holidays).year, 12, 31)


@lru_cache(maxsize=4096)
def working_day(day: date) -> tuple[bool, bool]:
    """Whether `day` is a working day, and whether that is provisional.

    Holidays of a year are announced by the State Council in the autumn before; for later years the weekday decides.
    """
    if day > _LAST_ANNOUNCED:
        return day.weekday() < 5, True
    return bool(chinese_calendar.is_workday(day)), False


def add_working_days(start: date, amount: int) -> date:
    """The `amount`-th working day after `start`, which itself does not count (民法典 第二百零一条)."""
    day = start
    while amount > 0:
        day += timedelta(days=1)
        amount -= working_day(day)[0]
    return day


def next_working_day(day: date) -> date:
    """`day` if it is a working day, else the first one after it (民法典 第二百零三条)."""
    while not working_day(day)[0]:
        day += timedelta(days=1)
    return day
