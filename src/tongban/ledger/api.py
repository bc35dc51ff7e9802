"""The door of the ledger."""

from tongban.ledger.audit import AuditResult, audit, last_audit
from tongban.ledger.evidence import pack_evidence, search_journal
from tongban.ledger.findings import Finding
from tongban.ledger.policy import Policy, read_policy
from tongban.ledger.proof import HEADER, Refused, Verified, verify_proof
from tongban.ledger.queries import LogHead, log_heads, prove, trust_policy
from tongban.ledger.sequencer import LogRefused, create_logs, log_folder, sequence
from tongban.ledger.witnesses import WitnessState, witness_states

__all__ = [
    "HEADER",
    "AuditResult",
    "Finding",
    "LogHead",
    "LogRefused",
    "Policy",
    "Refused",
    "Verified",
    "WitnessState",
    "audit",
    "create_logs",
    "last_audit",
    "log_folder",
    "log_heads",
    "pack_evidence",
    "prove",
    "read_policy",
    "search_journal",
    "sequence",
    "trust_policy",
    "verify_proof",
    "witness_states",
]
