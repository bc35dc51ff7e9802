"""The worker: drains the journal, sequences the logs, settles what is due. Any number may run; one works at a time."""

import signal
import sys
import time

from django.db import InterfaceError, OperationalError, connection

from tongban.cases.api import settle_due
from tongban.catalogue.api import settle_withdrawals
from tongban.journal.api import ORIGINS, drain
from tongban.kernel import clock
from tongban.ledger.api import LogRefused, sequence

#: Design 2: an entry has its position within a tenth of a second.
ROUND_S = 0.1
SETTLE_EVERY_S = 5.0


def work() -> None:
    """Work until the process is told to end; the round at hand is finished first.

    A flag, not an exception: raised inside a driver's callback, an exception may be swallowed, and we would work on.
    """
    told: list[int] = []
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda number, _frame: told.append(number))
    refused: set[str] = set()
    settled_at = 0.0
    while not told:
        try:
            clock.refresh()
            busy = drain().placed > 0
            for origin in ORIGINS:
                busy |= _sequence(origin, refused)
            if time.monotonic() - settled_at >= SETTLE_EVERY_S:
                settle_due()
                settle_withdrawals()
                settled_at = time.monotonic()
        except (OperationalError, InterfaceError):
            connection.close()
            busy = False
        if not busy:
            time.sleep(ROUND_S)


def _sequence(origin: str, refused: set[str]) -> bool:
    """One round of a log; a refused log stops, says so once, and stops nothing else."""
    if origin in refused:
        return False
    try:
        return sequence(origin) > 0
    except LogRefused as refusal:
        refused.add(origin)
        print(f"tongban work: the log {origin} is stopped. {refusal}", file=sys.stderr, flush=True)  # noqa: T201
        return False
