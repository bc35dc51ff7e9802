"""The door of the exchange."""

from tongban.exchange.actions.objection import answer_objection, raise_objection
from tongban.exchange.actions.read import Question, read_evidence, write_case_ref
from tongban.exchange.actions.suspension import Grants
from tongban.exchange.queries import (
    OUTCOME_WORDS,
    EvidenceView,
    GrantTerms,
    ObjectionView,
    evidence_of,
    find_terms,
    get_objection,
    objections_to,
    open_objections,
)

__all__ = [
    "OUTCOME_WORDS",
    "EvidenceView",
    "GrantTerms",
    "Grants",
    "ObjectionView",
    "Question",
    "answer_objection",
    "evidence_of",
    "find_terms",
    "get_objection",
    "objections_to",
    "open_objections",
    "raise_objection",
    "read_evidence",
    "write_case_ref",
]
