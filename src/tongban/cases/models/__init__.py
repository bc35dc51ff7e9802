"""Applications, cases, and what happens in them. Everything of an application lies with it."""

from tongban.cases.models.application import (
    APPLICATION_STATES,
    MATERIAL_STATES,
    Application,
    AskedForm,
    Case,
    CoApplicant,
    Handed,
    Supplement,
)
from tongban.cases.models.formality import FORMALITY_STATES, Deputy, FormalityRow
from tongban.cases.models.procedure import CasePause, Decision, Defect, Inspection, Opinion
from tongban.cases.models.rating import BAD_FROM, LEVELS, Rating, RatingLevel
from tongban.cases.models.recount import Recount
from tongban.cases.models.window import RETURN_WAYS, DayClose, Original, PaperSerial, SerialBlock, Shift

__all__ = [
    "APPLICATION_STATES",
    "BAD_FROM",
    "FORMALITY_STATES",
    "LEVELS",
    "MATERIAL_STATES",
    "RETURN_WAYS",
    "Application",
    "AskedForm",
    "Case",
    "CasePause",
    "CoApplicant",
    "DayClose",
    "Decision",
    "Defect",
    "Deputy",
    "FormalityRow",
    "Handed",
    "Inspection",
    "Opinion",
    "Original",
    "PaperSerial",
    "Rating",
    "RatingLevel",
    "Recount",
    "SerialBlock",
    "Shift",
    "Supplement",
]
