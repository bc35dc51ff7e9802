"""The door for programs that run without a database: the checker and the witness. Imports no Django."""

from tongban.ledger.heads import (
    Refused,
    TrustedHead,
    Witnessed,
    check_evidence,
    check_same_history,
    trusted_head,
)
from tongban.ledger.note import Checkpoint
from tongban.ledger.policy import Policy, read_policy, with_revoked
from tongban.ledger.proof import HEADER, Verified, verify_proof
from tongban.ledger.store import LogFolder
from tongban.ledger.tiles import Fetch
from tongban.ledger.verify_log import WholeLog, verify_log
from tongban.ledger.witness.app import serve_witness

__all__ = [
    "HEADER",
    "Checkpoint",
    "Fetch",
    "LogFolder",
    "Policy",
    "Refused",
    "TrustedHead",
    "Verified",
    "WholeLog",
    "Witnessed",
    "check_evidence",
    "check_same_history",
    "read_policy",
    "serve_witness",
    "trusted_head",
    "verify_log",
    "verify_proof",
    "with_revoked",
]
