"""The door of the ledger."""

from tongban.ledger.adoption import Adopted, adopt
from tongban.ledger.audit import AuditResult, audit, last_audit
from tongban.ledger.cosigning import cosigning
from tongban.ledger.evidence import pack_evidence, search_journal, zip_files
from tongban.ledger.findings import Finding
from tongban.ledger.heads import Refused, Witnessed
from tongban.ledger.leaf import check_fits
from tongban.ledger.policy import Policy, read_policy
from tongban.ledger.proof import HEADER, Verified, verify_proof
from tongban.ledger.queries import LogHead, log_heads, prove, revoked_keys, trust_policy
from tongban.ledger.sequencer import LogRefused, create_logs, log_folder, sequence
from tongban.ledger.store import LogFolder, size_of
from tongban.ledger.tiles import Tile, read_tile_path
from tongban.ledger.tokens import TokenView, find_token, issue_token, list_tokens, note_refused, revoke_token
from tongban.ledger.verify_log import WholeLog, verify_log
from tongban.ledger.witnesses import (
    WitnessState,
    needs_an_outside_witness,
    served_head,
    witness_policy,
    witness_states,
)

__all__ = [
    "HEADER",
    "Adopted",
    "AuditResult",
    "Finding",
    "LogFolder",
    "LogHead",
    "LogRefused",
    "Policy",
    "Refused",
    "Tile",
    "TokenView",
    "Verified",
    "WholeLog",
    "WitnessState",
    "Witnessed",
    "adopt",
    "audit",
    "check_fits",
    "cosigning",
    "create_logs",
    "find_token",
    "issue_token",
    "last_audit",
    "list_tokens",
    "log_folder",
    "log_heads",
    "needs_an_outside_witness",
    "note_refused",
    "pack_evidence",
    "prove",
    "read_policy",
    "read_tile_path",
    "revoke_token",
    "revoked_keys",
    "search_journal",
    "sequence",
    "served_head",
    "size_of",
    "trust_policy",
    "verify_log",
    "verify_proof",
    "witness_policy",
    "witness_states",
    "zip_files",
]
