"""The door of keys."""

from tongban.keys.actions import revoke_key, rotate_key
from tongban.keys.custody import conceal, custody, ensure_key, ensure_secret_keys, keyed_digest, reveal, seal
from tongban.keys.queries import (
    KeyGeneration,
    current_key,
    key_generations,
    keys_by_name,
    rotation_statement,
    signing_keys,
)

__all__ = [
    "KeyGeneration",
    "conceal",
    "current_key",
    "custody",
    "ensure_key",
    "ensure_secret_keys",
    "key_generations",
    "keyed_digest",
    "keys_by_name",
    "reveal",
    "revoke_key",
    "rotate_key",
    "rotation_statement",
    "seal",
    "signing_keys",
]
