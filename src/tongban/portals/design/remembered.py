"""What pages make of the content in force, kept in memory until a pack is activated (decision 0008).

A guide is the same for everybody until the content changes. Its stamp is read anew by every request, so that all
processes change over at once, and what was made from older content is never asked for again.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import get_language

from tongban.kernel import clock

#: Some 40 kB each; enough for the guides of a city in two languages.
KEPT = 500

Made = TypeVar("Made")

_kept: OrderedDict[tuple[object, ...], object] = OrderedDict()
_lock = Lock()


def remembered(request: HttpRequest, *key: str, make: Callable[[], Made]) -> Made:
    """What `make` made for `key` from the content now in force, in this language, on this day of the city."""
    page = getattr(request, "page", None)
    whole = (getattr(page, "content", 0), get_language(), clock.today(), *key)
    with _lock:
        if whole in _kept:
            _kept.move_to_end(whole)
            return _kept[whole]  # type: ignore[return-value]  # the key says who made it
    made = make()
    with _lock:
        _kept[whole] = made
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Drop all of it: for tests, which change content behind the stamp's back."""
    with _lock:
        _kept.clear()
