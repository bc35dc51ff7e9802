"""What this module journals."""

from tongban.journal.api import Act, kind


@kind("clock.moved.v1", "推进演示时间", origin="public")
class ClockMoved(Act):
    """The demonstration city's time was moved on; `from_` and `to` are moments in ISO form."""

    before: str
    after: str
    working_days: int
