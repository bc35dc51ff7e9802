"""The door of keys."""

from tongban.keys.custody import custody, ensure_key, ensure_seal_key, seal

__all__ = ["custody", "ensure_key", "ensure_seal_key", "seal"]
