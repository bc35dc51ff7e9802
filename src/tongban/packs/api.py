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
from tongban.packs.codes import AreaName, area_names, is_code

__all__ = [
    "AreaName",
    "BadPack",
    "Checked",
    "activate_packs",
    "area_names",
    "check_packs",
    "content_in_force",
    "demonstrations",
    "is_code",
    "is_demonstration",
    "store",
]
