"""What this module journals."""

from tongban.journal.api import Act, kind


@kind("clock.moved.v1", "推进演示时间", origin="public")
class ClockMoved(Act):
    """The demonstration city's time was moved on; `from_` and `to` are moments in ISO form."""

    before: str
    after: str
    working_days: int


@kind("calendar.imported.v1", "导入工作日历", origin="public")
class CalendarImported(Act):
    """The days of a year were imported as `paper` announces them; `moved` days count otherwise than before."""

    year: int
    paper: str
    rest: list[str]
    work: list[str]
    moved: int
