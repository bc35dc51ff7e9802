"""What is made of the content in force, kept in memory until a pack is activated or an editor changes it (decision 8).

Within `content_held` what was made once is given again: a request says at its start which content counts, so it sees one
content, and all processes change over with the commit. Elsewhere, and once the content was changed inside the block,
everything is made anew. What depends on the day has the day in its key.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TypeVar

#: A page of a guide has some 40 kB; enough for the guides of a city in two languages, with what they are made of.
KEPT = 1000

#: SQL of the stamp of the content in force: another number after every activation and every edit.
#: Both only grow, so their sum tells every state from the one before.
CONTENT_STAMP = (
    "(coalesce((select max(id) from packs_activation), 0) + coalesce((select max(id) from packs_edit), 0))"
)

Made = TypeVar("Made")

_stamp: ContextVar[int | None] = ContextVar("content_stamp", default=None)
_kept: OrderedDict[tuple[object, ...], object] = OrderedDict()
_lock = Lock()


@contextmanager
def content_held(stamp: int) -> Iterator[None]:
    """The content of this stamp counts until the block ends, or until it is changed inside it."""
    before = _stamp.set(stamp)
    try:
        yield
    finally:
        _stamp.reset(before)


def release_content() -> None:
    """Say that the content is about to change here: nothing is remembered from now on."""
    _stamp.set(None)


def remembered(*key: object, make: Callable[[], Made]) -> Made:
    """What `make` made for `key` of the content in force. It is shared: nobody may change it."""
    stamp = _stamp.get()
    if stamp is None:
        return make()
    whole = (stamp, *key)
    with _lock:
        if whole in _kept:
            _kept.move_to_end(whole)
            return _kept[whole]  # type: ignore[return-value]  # the key says who made it
    made = make()
    if _stamp.get() != stamp:
        return made
    with _lock:
        _kept[whole] = made
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Drop all of it: for tests, which change content behind the stamp's back."""
    with _lock:
        _kept.clear()
