"""The door of clocks."""

from tongban.clocks.actions import SECONDS_AHEAD, clear_due, due_before, move_clock, read_offset, set_due
from tongban.clocks.calendar import add_working_days, working_day
from tongban.clocks.queries import limit_of, made_limit
from tongban.clocks.reckoning import Limit, Pause, Reading, Span, SumLine, due_day, read_clock, span_of

__all__ = [
    "SECONDS_AHEAD",
    "Limit",
    "Pause",
    "Reading",
    "Span",
    "SumLine",
    "add_working_days",
    "clear_due",
    "due_before",
    "due_day",
    "limit_of",
    "made_limit",
    "move_clock",
    "read_clock",
    "read_offset",
    "set_due",
    "span_of",
    "working_day",
]
