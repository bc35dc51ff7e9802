"""The door of packs."""

from tongban.packs.actions import (
    BadPack,
    Checked,
    activate_packs,
    check_packs,
    content_in_force,
    demonstrations,
    is_demonstration,
    store,
)
from tongban.packs.codes import is_code
from tongban.packs.texts import translated_texts

__all__ = [
    "BadPack",
    "Checked",
    "activate_packs",
    "check_packs",
    "content_in_force",
    "demonstrations",
    "is_code",
    "is_demonstration",
    "store",
    "translated_texts",
]
