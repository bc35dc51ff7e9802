"""The door of the ledger."""

from tongban.ledger.adoption import Adopted, adopt
from tongban.ledger.leaf import check_fits
from tongban.ledger.policy import Policy, read_policy
from tongban.ledger.proof import HEADER, Refused, Verified, verify_proof
from tongban.ledger.queries import LogHead, log_heads, prove, trust_policy
from tongban.ledger.sequencer import LogRefused, create_logs, log_folder, sequence
from tongban.ledger.store import LogFolder, size_of
from tongban.ledger.tiles import Tile, read_tile_path
from tongban.ledger.tokens import TokenView, find_token, issue_token, list_tokens, revoke_token

__all__ = [
    "HEADER",
    "Adopted",
    "LogFolder",
    "LogHead",
    "LogRefused",
    "Policy",
    "Refused",
    "Tile",
    "TokenView",
    "Verified",
    "adopt",
    "check_fits",
    "create_logs",
    "find_token",
    "issue_token",
    "list_tokens",
    "log_folder",
    "log_heads",
    "prove",
    "read_policy",
    "read_tile_path",
    "revoke_token",
    "sequence",
    "size_of",
    "trust_policy",
    "verify_proof",
]
