"""Files people hand in: checked by content, kept once by their hash.

Nouns: a *document* is a stored file with its name, type and size; its bytes lie in the object folder under their
SHA-256. Invariants: what is stored is of an accepted type by its content, not by its name; bytes never change. Who may
open a document is decided by the module whose case it belongs to.
"""
