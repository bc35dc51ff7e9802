"""The door of the exchange."""

from tongban.exchange.actions.correction import answer_correction, open_request, request_correction
from tongban.exchange.actions.objection import answer_objection, raise_objection
from tongban.exchange.actions.read import Question, erase_evidence, read_evidence, write_case_ref
from tongban.exchange.queries import (
    OUTCOME_WORDS,
    CorrectionState,
    CorrectionView,
    EvidenceView,
    GrantTerms,
    ObjectionView,
    answered_corrections,
    corrections_of,
    evidence_of,
    find_terms,
    get_evidence,
    get_objection,
    objections_to,
    open_corrections,
    open_objections,
)

__all__ = [
    "OUTCOME_WORDS",
    "CorrectionState",
    "CorrectionView",
    "EvidenceView",
    "GrantTerms",
    "ObjectionView",
    "Question",
    "answer_correction",
    "answer_objection",
    "answered_corrections",
    "corrections_of",
    "erase_evidence",
    "evidence_of",
    "find_terms",
    "get_evidence",
    "get_objection",
    "objections_to",
    "open_corrections",
    "open_objections",
    "open_request",
    "raise_objection",
    "read_evidence",
    "request_correction",
    "write_case_ref",
]
