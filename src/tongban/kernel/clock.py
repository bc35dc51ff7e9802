"""The one clock. A demonstration city may run ahead of real time (design 1); nobody else asks for the time.

`now()` is city time and stamps official acts. `real_now()` is for tokens, one-time codes, nonces and cosignatures.
The offset is read once for each request, command or worker round (`refresh`), so one act sees one time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: China has one time zone; working days and serials follow it.
CITY_ZONE = ZoneInfo("Asia/Shanghai")

_offset: ContextVar[timedelta | None] = ContextVar("city_offset", default=None)
_fixed: ContextVar[datetime | None] = ContextVar("fixed_moment", default=None)


def _no_offset() -> timedelta:
    return timedelta(0)


_source: Callable[[], timedelta] = _no_offset


def install_offset(source: Callable[[], timedelta]) -> None:
    """Name the function that reads the city's offset; called by the module that keeps it."""
    global _source  # noqa: PLW0603 - wiring at start-up
    _source = source


def refresh(offset: timedelta | None = None) -> None:
    """Forget the offset of this context, so that the next `now()` reads it again; or take up the one just read."""
    _offset.set(offset)


def offset() -> timedelta:
    """How far city time runs ahead of real time."""
    known = _offset.get()
    if known is None:
        known = _source()
        _offset.set(known)
    return known


def real_now() -> datetime:
    """Real time, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def now() -> datetime:
    """City time as an aware UTC moment."""
    return _fixed.get() or real_now() + offset()


def today() -> date:
    """The city's calendar day."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` as the city's wall clock shows it."""
    return moment.astimezone(CITY_ZONE)


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Hold city time at `moment` inside the block: for tests and for computing as of a past moment."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
