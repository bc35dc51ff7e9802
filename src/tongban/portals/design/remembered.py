"""What pages make of the content in force, remembered in each language for a day of the city (decision 0008)."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import get_language

from tongban.kernel import clock
from tongban.packs.api import remembered as remembered_of_content

Made = TypeVar("Made")


def remembered(*key: str, make: Callable[[], Made]) -> Made:
    """What `make` made for `key` from the content now in force, in this language, on this day of the city."""
    return remembered_of_content("page", get_language(), clock.today(), *key, make=make)
