"""The worker: drains the journal, sequences the logs, settles what is due. Any number may run; one works at a time."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import InterfaceError, InternalError, OperationalError, connection

from tongban.cases.api import recount_days, settle_due
from tongban.catalogue.api import settle_withdrawals
from tongban.certificates.api import (
    feed_upward,
    forget_held,
    publish_status_lists,
    reconcile,
    reseal_certificates,
)
from tongban.exchange.api import (
    carry_out_erasures,
    find_leads,
    forget_answer_times,
    forget_passed_days,
    forget_passed_nonces,
    forget_sandbox,
    send_digests,
    tell_ending,
    tell_unused,
)
from tongban.journal.api import ORIGINS, count_in_default, drain, entries_wait, run_subscribers
from tongban.kernel import clock
from tongban.kernel.errors import Misconfigured
from tongban.ledger.api import LogRefused, sequence
from tongban.notices.api import send_notices
from tongban.participation.api import settle_orders
from tongban.registers.api import (
    changes_wait,
    collect_drops,
    forget_bad_rows,
    forget_changes,
    place_changes,
    run_linkages,
    run_loads,
    run_measurements,
)
from tongban.services.api import run_screenings
from tongban.supervision.api import supervise

#: Design 2: an entry has its position within a tenth of a second. Rounds begin no sooner after each other, since many
#: small ones would cost the callers more of the machine than their calls; only who is behind goes on at once.
ROUND_S = 0.1
#: While nothing is entered a round only asks whether something waits; all of it is looked at so often even then.
IDLE_ROUND_S = 1.0
#: A round that took so many of anything left some.
FULL = 500
SETTLE_EVERY_S = 5.0
#: What is due is told within five seconds; one look costs a statement.
SUPERVISE_EVERY_S = 1.0
#: A log that was refused is tried again so often; after a repair it goes on without a restart.
RETRY_REFUSED_S = 10.0
PARTITIONS_EVERY_S = 3600.0
#: How often drops are looked through and notices sent; each drop says how often it wants to be looked at.
COLLECT_EVERY_S = 2.0
#: A batch that is landing has so long to end; else the next start takes it up.
ENDING_S = 5.0
#: Each minute has a bucket of its own that is passed for a minute.
FORGET_NONCES_EVERY_S = 20.0
#: A run of numbers is found while it goes on.
LEADS_EVERY_S = 10.0
#: A digest is of a week, an unused grant of months: an hour late is soon enough; a moved clock is seen as soon.
REPORT_EVERY_S = 60.0


@dataclass
class Timed:
    """Something that is done every so many seconds. Where it fails it waits alone: acts are logged meanwhile."""

    act: Callable[[], object]
    every_s: float
    next_at: float = 0.0
    failed: str = ""

    def do_if_due(self) -> None:
        """Do it, unless it was done lately. A failure is said once and tried again; a lost database is the worker's."""
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + self.every_s
        try:
            self.act()
        except (OperationalError, InterfaceError, InternalError):
            raise
        except Misconfigured as missing:
            self._fail(str(missing))
        except Exception as error:
            if self._fail(f"{type(error).__name__} (the traceback is in the log)"):
                logging.getLogger("tongban").exception("worker: %s", self.name)
        else:
            if self.failed:
                _say(f"{self.name} goes on.")
            self.failed = ""

    @property
    def name(self) -> str:
        """What it does, as the code calls it."""
        return getattr(self.act, "__name__", "a job").strip("_")

    def _fail(self, sentence: str) -> bool:
        """Say it, unless it was said before; whether it was."""
        self.next_at = time.monotonic() + max(self.every_s, RETRY_REFUSED_S)
        news, self.failed = sentence != self.failed, sentence
        if news:
            _say(f"{self.name} waits. {sentence}")
        return news


class _Logs:
    """Sequences the logs; one that is refused stops alone, says so once, and is tried again later."""

    def __init__(self) -> None:
        self._refused: dict[str, tuple[str, float]] = {}

    def sequence(self) -> int:
        """One round of each log; how many entries the largest took."""
        return max(self._one(origin) for origin in ORIGINS)

    def _one(self, origin: str) -> int:
        sentence, retry_at = self._refused.get(origin, ("", 0.0))
        if time.monotonic() < retry_at:
            return 0
        try:
            taken = sequence(origin)
        except LogRefused as refusal:
            self._refused[origin] = str(refusal), time.monotonic() + RETRY_REFUSED_S
            if str(refusal) != sentence:
                _say(f"the log {origin} is stopped. {refusal}")
            return 0
        if self._refused.pop(origin, None):
            _say(f"the log {origin} goes on.")
        return taken


def _beside(act: Callable[[], object], ending: threading.Event) -> None:
    """Do what asks machines of others, or much work of this one, beside the worker's rounds: nobody else waits for it."""
    job = Timed(act, COLLECT_EVERY_S)
    while not ending.wait(COLLECT_EVERY_S):
        try:
            clock.refresh()
            job.do_if_due()
        except (OperationalError, InterfaceError, InternalError):
            connection.close()
    connection.close()


#: What asks machines of others, or much work of this one; each in a thread of its own.
_BESIDE: tuple[Callable[[], object], ...] = (
    collect_drops,
    send_notices,
    run_screenings,
    reseal_certificates,
    feed_upward,
    reconcile,
    run_loads,
    run_measurements,
    run_linkages,
)


def _leave_nothing(logs: _Logs) -> None:
    """What the last round's jobs wrote: a worker that is told to end leaves nothing waiting."""
    with suppress(OperationalError, InterfaceError, InternalError):
        while drain().placed:
            pass
        while logs.sequence():
            pass


def work() -> None:
    """Work until the process is told to end; the round at hand is finished first.

    A flag, not an exception: raised inside a driver's callback, an exception may be swallowed, and we would work on.
    """
    told: list[int] = []
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda number, _frame: told.append(number))
    logs = _Logs()
    timed = [
        Timed(recount_days, SETTLE_EVERY_S),
        Timed(settle_due, SETTLE_EVERY_S),
        Timed(publish_status_lists, SETTLE_EVERY_S),
        Timed(settle_orders, SETTLE_EVERY_S),
        Timed(forget_held, REPORT_EVERY_S),
        Timed(supervise, SUPERVISE_EVERY_S),
        Timed(settle_withdrawals, SETTLE_EVERY_S),
        Timed(carry_out_erasures, SETTLE_EVERY_S),
        Timed(_watch_partitions, PARTITIONS_EVERY_S),
        Timed(forget_sandbox, PARTITIONS_EVERY_S),
        Timed(forget_answer_times, PARTITIONS_EVERY_S),
        Timed(forget_passed_days, PARTITIONS_EVERY_S),
        Timed(forget_passed_nonces, FORGET_NONCES_EVERY_S),
        Timed(find_leads, LEADS_EVERY_S),
        Timed(send_digests, REPORT_EVERY_S),
        Timed(tell_unused, REPORT_EVERY_S),
        Timed(tell_ending, REPORT_EVERY_S),
        Timed(forget_changes, PARTITIONS_EVERY_S),
        Timed(forget_bad_rows, PARTITIONS_EVERY_S),
    ]
    ending = threading.Event()
    beside = [threading.Thread(target=_beside, args=[act, ending], daemon=True) for act in _BESIDE]
    for thread in beside:
        thread.start()
    taken, whole_at = 0, 0.0
    while not told:
        begun = time.monotonic()
        try:
            clock.refresh()
            if taken or begun >= whole_at or entries_wait() or changes_wait():
                taken, whole_at = 0, begun + IDLE_ROUND_S
                taken = max(drain().placed, logs.sequence(), run_subscribers(), place_changes())
            for one in timed:
                one.do_if_due()
        except (
            OperationalError,
            InterfaceError,
            InternalError,
        ):  # the last: we were stopped in a transaction
            connection.close()
        if taken < FULL:
            time.sleep(max(0.0, begun + ROUND_S - time.monotonic()))
    _leave_nothing(logs)
    ending.set()
    for thread in beside:
        thread.join(ENDING_S)


def _watch_partitions() -> None:
    if stray := count_in_default():
        _say(f"{stray} entries lie outside every month's partition. Run: tongban migrate")


def _say(sentence: str) -> None:
    print(f"tongban work: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
