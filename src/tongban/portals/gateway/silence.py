"""Bodies that fall silent: the connection that a thread waits at in vain is ended, and with it the wait.

The server cannot break off a wait for bytes, and does not say at which connection it waits. Among the connections of the
caller's address the silent one is known by the moment of its last byte, which Linux keeps; where there is no Linux, or
behind a proxy that reads bodies whole, nobody is sent away here.
"""

import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

#: How long a body may be silent; how often it is looked for, and how far two clocks' readings may lie apart, in seconds.
SILENT_S, LOOK_EVERY_S, APART_S = 5.0, 0.5, 1.0
_FOLDER = Path("/proc/self/fd")
#: `tcpi_last_data_recv` of Linux's `tcp_info`: milliseconds since the last data came.
_LAST_CAME, _INFO_BYTES = struct.Struct("52xI"), 56


@dataclass(eq=False)
class Awaited:
    """A body on its way: whose, since when nothing came, and whether its connection was ended."""

    address: str
    port: int
    came_at: float = field(default_factory=time.monotonic)
    is_ended: bool = False


_lock = threading.Condition()
_awaited: set[Awaited] = set()
_watching = False


@contextmanager
def awaited(address: str, port: int) -> Iterator[Awaited]:
    """A block that reads a body from `address`, at our own `port`; who reads sets `came_at` with each piece."""
    global _watching  # noqa: PLW0603 - one watchman for the process
    one = Awaited(address, port)
    with _lock:
        _awaited.add(one)
        _lock.notify()
        if not _watching:
            _watching = True
            threading.Thread(target=_watch, name="silence", daemon=True).start()
    try:
        yield one
    finally:
        with _lock:
            _awaited.discard(one)


def _watch() -> None:
    while True:
        with _lock:
            _lock.wait_for(lambda: bool(_awaited))
            now = time.monotonic()
            silent = [one for one in _awaited if now - one.came_at > SILENT_S]
        for one in silent:
            one.is_ended = True
            _hang_up(one, now - one.came_at)
        time.sleep(LOOK_EVERY_S)


def _hang_up(one: Awaited, silent_s: float) -> None:
    """End the connections of its address whose last byte came when the body's did, or a little later."""
    if not _FOLDER.is_dir():
        return
    for name in os.listdir(_FOLDER):  # noqa: PTH208 - numbers, not files
        if not _is_socket(int(name)):
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(name))) as link:
            if link.family not in {socket.AF_INET, socket.AF_INET6}:
                continue
            ends = (link.getpeername()[0], link.getsockname()[1])
            (quiet_ms,) = _LAST_CAME.unpack(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES))
            is_silent = SILENT_S <= quiet_ms / 1000 + APART_S <= silent_s + 2 * APART_S
            if ends == (one.address, one.port) and is_silent:
                link.shutdown(socket.SHUT_RDWR)


def _is_socket(number: int) -> bool:
    with suppress(OSError):
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    return False
