"""The door of packs."""

from tongban.packs.actions import (
    BadPack,
    Checked,
    activate_packs,
    check_packs,
    content_in_force,
    demonstrations,
    is_demonstration,
    note_edit,
    store,
)
from tongban.packs.codes import AreaName, CodeView, area_names, code_values, is_code
from tongban.packs.exporting import Exported, export_packs
from tongban.packs.laws import known_laws
from tongban.packs.remembering import CONTENT_STAMP, content_held, remembered
from tongban.packs.texts import translated_texts

__all__ = [
    "CONTENT_STAMP",
    "AreaName",
    "BadPack",
    "Checked",
    "CodeView",
    "Exported",
    "activate_packs",
    "area_names",
    "check_packs",
    "code_values",
    "content_held",
    "content_in_force",
    "demonstrations",
    "export_packs",
    "is_code",
    "is_demonstration",
    "known_laws",
    "note_edit",
    "remembered",
    "store",
    "translated_texts",
]
