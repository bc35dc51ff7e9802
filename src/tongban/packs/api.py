"""The door of packs."""

from tongban.packs.actions import (
    BadPack,
    Checked,
    activate_packs,
    check_packs,
    demonstrations,
    is_demonstration,
    store,
)

__all__ = [
    "BadPack",
    "Checked",
    "activate_packs",
    "check_packs",
    "demonstrations",
    "is_demonstration",
    "store",
]
