"""The door of the exchange."""

from tongban.exchange.actions import Question, read_evidence, write_case_ref
from tongban.exchange.queries import OUTCOME_WORDS, EvidenceView, GrantTerms, evidence_of, find_terms

__all__ = [
    "OUTCOME_WORDS",
    "EvidenceView",
    "GrantTerms",
    "Question",
    "evidence_of",
    "find_terms",
    "read_evidence",
    "write_case_ref",
]
