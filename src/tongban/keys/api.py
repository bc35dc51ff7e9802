"""The door of keys."""

from tongban.keys.actions import ROTATABLE, revoke_key, rotate_key
from tongban.keys.certifying import SIGNATURE, make_certificate, public_info, sign_der
from tongban.keys.custody import conceal, custody, ensure_key, ensure_secret_keys, keyed_digest, reveal, seal
from tongban.keys.generation import KeyGeneration
from tongban.keys.ordering import OrderView, decide_revocation, hand_over, key_orders, order_revocation
from tongban.keys.policy import CONFIRMS, GUARDS
from tongban.keys.queries import (
    current_key,
    every_key,
    key_generations,
    keys_by_name,
    rotation_statement,
    signing_keys,
)

__all__ = [
    "CONFIRMS",
    "GUARDS",
    "ROTATABLE",
    "SIGNATURE",
    "KeyGeneration",
    "OrderView",
    "conceal",
    "current_key",
    "custody",
    "decide_revocation",
    "ensure_key",
    "ensure_secret_keys",
    "every_key",
    "hand_over",
    "key_generations",
    "key_orders",
    "keyed_digest",
    "keys_by_name",
    "make_certificate",
    "order_revocation",
    "public_info",
    "reveal",
    "revoke_key",
    "rotate_key",
    "rotation_statement",
    "seal",
    "sign_der",
    "signing_keys",
]
