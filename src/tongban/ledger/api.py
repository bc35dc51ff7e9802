"""The door of the ledger."""

from tongban.ledger.cosigning import cosigning
from tongban.ledger.heads import Refused, Witnessed
from tongban.ledger.policy import Policy, read_policy
from tongban.ledger.proof import HEADER, Verified, verify_proof
from tongban.ledger.queries import LogHead, log_heads, prove, revoked_keys, trust_policy
from tongban.ledger.sequencer import LogRefused, create_logs, log_folder, sequence
from tongban.ledger.verify_log import WholeLog, verify_log
from tongban.ledger.witnesses import WitnessState, needs_an_outside_witness, witness_policy, witness_states

__all__ = [
    "HEADER",
    "LogHead",
    "LogRefused",
    "Policy",
    "Refused",
    "Verified",
    "WholeLog",
    "WitnessState",
    "Witnessed",
    "cosigning",
    "create_logs",
    "log_folder",
    "log_heads",
    "needs_an_outside_witness",
    "prove",
    "read_policy",
    "revoked_keys",
    "sequence",
    "trust_policy",
    "verify_log",
    "verify_proof",
    "witness_policy",
    "witness_states",
]
