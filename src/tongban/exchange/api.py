"""The door of the exchange."""

from tongban.exchange.actions.erasure import (
    ask_erasure,
    carry_out_erasures,
    confirm_erasure,
    order_erasure,
    refuse_erasure,
)
from tongban.exchange.actions.objection import answer_objection, raise_objection
from tongban.exchange.actions.read import Question, read_evidence, write_case_ref
from tongban.exchange.erasures import (
    ErasureView,
    Term,
    assess_erasure,
    erasure_terms,
    erasures_of,
    get_erasure,
    waiting_erasures,
)
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
from tongban.exchange.retention import Assessment, Kept

__all__ = [
    "OUTCOME_WORDS",
    "Assessment",
    "ErasureView",
    "EvidenceView",
    "GrantTerms",
    "Kept",
    "ObjectionView",
    "Question",
    "Term",
    "answer_objection",
    "ask_erasure",
    "assess_erasure",
    "carry_out_erasures",
    "confirm_erasure",
    "erasure_terms",
    "erasures_of",
    "evidence_of",
    "find_terms",
    "get_erasure",
    "get_objection",
    "objections_to",
    "open_objections",
    "order_erasure",
    "raise_objection",
    "read_evidence",
    "refuse_erasure",
    "waiting_erasures",
    "write_case_ref",
]
