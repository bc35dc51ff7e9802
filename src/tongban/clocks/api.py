"""The door of clocks."""

from tongban.clocks.actions import (
    SECONDS_AHEAD,
    clear_due,
    due_before,
    move_clock,
    move_dues,
    read_offset,
    set_due,
    take_up_what_counts,
)
from tongban.clocks.calendar import add_working_days, days_version, working_day
from tongban.clocks.importing import CalendarLine, YearView, import_calendar, list_years, read_table
from tongban.clocks.queries import limit_of, made_limit
from tongban.clocks.reckoning import Limit, Pause, Reading, Span, SumLine, due_day, read_clock, span_of

__all__ = [
    "SECONDS_AHEAD",
    "CalendarLine",
    "Limit",
    "Pause",
    "Reading",
    "Span",
    "SumLine",
    "YearView",
    "add_working_days",
    "clear_due",
    "days_version",
    "due_before",
    "due_day",
    "import_calendar",
    "limit_of",
    "list_years",
    "made_limit",
    "move_clock",
    "move_dues",
    "read_clock",
    "read_offset",
    "read_table",
    "set_due",
    "span_of",
    "take_up_what_counts",
    "working_day",
]
