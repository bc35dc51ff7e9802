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
from tongban.cases.models.procedure import CasePause, Decision, Defect, Inspection, Opinion
from tongban.cases.models.rating import BAD_FROM, LEVELS, Rating, RatingLevel
from tongban.cases.models.recount import Recount

__all__ = [
    "APPLICATION_STATES",
    "BAD_FROM",
    "LEVELS",
    "MATERIAL_STATES",
    "Application",
    "AskedForm",
    "Case",
    "CasePause",
    "CoApplicant",
    "Decision",
    "Defect",
    "Handed",
    "Inspection",
    "Opinion",
    "Rating",
    "RatingLevel",
    "Recount",
    "Supplement",
]
