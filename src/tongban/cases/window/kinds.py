"""What is journalled at a window beside the cases. Names and words of people go into their own parts."""

from tongban.journal.api import Act, kind


@kind("original.taken.v1", "收存原件")
class OriginalTaken(Act):
    """The window keeps a person's own paper for a stated reason; she has a slip for it."""

    slip: str
    pieces: int


@kind("original.returned.v1", "退还原件")
class OriginalReturned(Act):
    """The paper was given back: `way` is in-person, agent or post."""

    slip: str
    way: str


@kind("shift.handed.v1", "交班")
class ShiftHanded(Act):
    """A clerk handed what was open to a colleague, counted; the colleague counts again before it is hers."""

    window: str
    receiver: str
    drafts: int
    supplements: int
    originals: int
    pieces: int
    counted: int


@kind("shift.taken.v1", "接班")
class ShiftTaken(Act):
    """The colleague counted and took over; from now on she keeps the originals and goes on with the drafts."""

    window: str
    giver: str
    counted: int


@kind("shift.recalled.v1", "撤回交班")
class ShiftRecalled(Act):
    """Nobody had taken over yet; the clerk goes on."""

    window: str
    receiver: str


@kind("window-day.closed.v1", "窗口日结")
class DayClosed(Act):
    """A day of a window was counted: what the program knows beside what was counted by hand."""

    window: str
    day: str
    figures: dict[str, int]
    counted: dict[str, int]


@kind("application.begun-at-window.v1", "窗口当面填报")
class BegunAtWindow(Act):
    """A clerk began, or went on with the draft of, whoever stood before her; `shown` is how she proved who she is."""

    bundle: str
    bundle_version: int
    shown: str
    went_on: bool


@kind("serials.issued.v1", "预发停机编号")
class SerialsIssued(Act):
    """A block of numbers was given to a window ahead of an outage."""

    window: str
    first: str
    last: str
    count: int


@kind("serial.used.v1", "补录停机收件")
class SerialUsed(Act):
    """What was received on paper under a number of a block is entered, with the time at which it was received."""

    serial: str
    block: str


@kind("serials.cancelled.v1", "停机编号作废")
class SerialsCancelled(Act):
    """The outage is over: numbers of a block that nobody used are cancelled."""

    window: str
    used: int
    cancelled: int
