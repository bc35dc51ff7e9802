"""What a web process writes down now and then: calls it counted, leases it does not use; and all of them at its end."""

import logging
import threading
from multiprocessing.util import Finalize

from django.db import Error, connection

from tongban.exchange.api import write_down

EVERY_S = 5.0


def write_down_regularly() -> None:
    """Start the thread that writes; it ends with the process, after a last time."""
    ending = threading.Event()
    thread = threading.Thread(target=_write, args=(ending,), name="counting", daemon=True)
    thread.start()
    Finalize(None, _end, args=(ending, thread), exitpriority=100)


def _write(ending: threading.Event) -> None:
    while not ending.wait(EVERY_S):
        _once(ending=False)
    _once(ending=True)


def _once(*, ending: bool) -> None:
    try:
        connection.close_if_unusable_or_obsolete()
        write_down(ending=ending)
    except Error:  # the database is away: what was counted is kept for the next time, and leases lapse
        connection.close()
        logging.getLogger("tongban").warning("counting: the database does not answer")


def _end(ending: threading.Event, thread: threading.Thread) -> None:
    ending.set()
    thread.join(EVERY_S)
