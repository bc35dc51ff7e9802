"""Working days of China: what was announced for a year (imported, else of the library); beyond that Monday to Friday.

An imported year stands over the library's. The weekday alone decides in a year that nobody has announced yet: its days
are provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays

#: The library knows whole years; after its last one nothing is announced yet.
_FIRST_ANNOUNCED = min(holidays).year
_LAST_ANNOUNCED = max(holidays).year


@dataclass(frozen=True, eq=False)
class ImportedDays:
    """The years that were imported, and of their days those that are not what the weekday says: whether one works."""

    version: int = 0
    years: frozenset[int] = frozenset()
    works: Mapping[date, bool] = field(default_factory=dict)


_imported = ImportedDays()


def install_days(imported: ImportedDays) -> None:
    """Count by these imported years from now on, in this process."""
    global _imported  # noqa: PLW0603 - one calendar for the process, replaced as a whole
    _imported = imported


def days_version() -> int:
    """The version of the imported years that this process counts by; 0 for none."""
    return _imported.version


def is_announced(year: int) -> bool:
    """Whether the holidays of a year are known."""
    return year in _imported.years or _FIRST_ANNOUNCED <= year <= _LAST_ANNOUNCED


def working_day(day: date) -> tuple[bool, bool]:
    """Whether `day` is a working day, and whether that is provisional.

    Holidays of a year are announced by the State Council in the autumn before; for later years the weekday decides.
    """
    return _look(day, _imported)


@lru_cache(maxsize=8192)
def _look(day: date, imported: ImportedDays) -> tuple[bool, bool]:
    if day.year in imported.years:
        return imported.works.get(day, day.weekday() < 5), False
    if not _FIRST_ANNOUNCED <= day.year <= _LAST_ANNOUNCED:
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
