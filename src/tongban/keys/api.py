"""The door of keys."""

from tongban.keys.custody import conceal, custody, ensure_key, ensure_secret_keys, keyed_digest, reveal, seal

__all__ = ["conceal", "custody", "ensure_key", "ensure_secret_keys", "keyed_digest", "reveal", "seal"]
