"""Fair shares: no subsystem has all threads of a process, or all its calls a second; others still get answers.

In memory, for each process. Who is over a share is refused at once, so that a flood costs little more than a signature.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from tongban.kernel.errors import Problem

#: Calls that may come at one go are those of so many seconds.
BURST_S = 2.0
#: Buckets kept; the ones longest unused go first.
KEPT = 10_000


class OverShare(Problem):
    """A subsystem asks for more than its share now; `retry_after` is in seconds. 503: threads, 429: calls a second."""

    def __init__(self, sentence: str, *, code: str, status: int, retry_after: int) -> None:
        super().__init__(sentence)
        self.code, self.answer_status, self.retry_after = f"Server.ServerProxy.{code}", status, retry_after


@dataclass
class Bucket:
    """What a subsystem may still do now: `level` calls at `at` (monotonic seconds), refilled at `pace` a second."""

    level: float
    at: float
    busy: int = 0
    #: What a data officer set; None: everybody's share.
    pace: int | None = None

    def take(self, now: float, rate: float) -> float:
        """Take one call; returns 0.0, or the seconds until there is one."""
        capacity = max(1.0, rate * BURST_S)
        self.level = min(capacity, self.level + max(0.0, now - self.at) * rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / rate


_lock = threading.Lock()
_buckets: dict[str, Bucket] = {}


@contextmanager
def share(subsystem: str) -> Iterator[None]:
    """A block in which a subsystem uses one thread and one call of its share.

    Raises:
        OverShare: too many threads or too many calls a second; nothing was done.
    """
    with _lock:
        bucket = _bucket(subsystem)
        at_once = settings.TONGBAN_CALLS_AT_ONCE
        if at_once and bucket.busy >= at_once:
            raise OverShare(
                f"本系统同时有 {bucket.busy} 个请求在办，已到上限。请等前面的办完再发。",
                code="Busy",
                status=503,
                retry_after=1,
            )
        rate = bucket.pace or settings.TONGBAN_CALLS_A_SECOND
        waits = bucket.take(time.monotonic(), float(rate)) if rate else 0.0
        if waits:
            raise OverShare(
                f"本系统的请求每秒最多 {rate} 次，现在超过了。请放慢后重发。",
                code="RateExceeded",
                status=429,
                retry_after=max(1, math.ceil(waits)),
            )
        bucket.busy += 1
    try:
        yield
    finally:
        with _lock:
            bucket.busy -= 1


def set_pace(subsystem: str, pace: int | None) -> None:
    """Take over what the database says of a subsystem's pace; it came with an answer, so it costs no question."""
    bucket = _buckets.get(subsystem)
    if bucket is not None and bucket.pace != pace:
        with _lock:
            bucket.pace, bucket.level = pace, min(bucket.level, float(pace or bucket.level))


def forget_shares() -> None:
    """Begin anew, as a process does."""
    with _lock:
        _buckets.clear()


def _bucket(subsystem: str) -> Bucket:
    """The bucket of a subsystem, moved to the end of those used."""
    bucket = _buckets.pop(subsystem, None)
    if bucket is None:
        rate = settings.TONGBAN_CALLS_A_SECOND
        bucket = Bucket(max(1.0, rate * BURST_S), time.monotonic())
        idle = next((name for name, one in _buckets.items() if not one.busy), None)
        if len(_buckets) >= KEPT and idle:
            del _buckets[idle]
    _buckets[subsystem] = bucket
    return bucket
