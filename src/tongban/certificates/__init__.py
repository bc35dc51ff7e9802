"""E-certificates (电子证照): issued as typed rows, signed, and checkable by anybody.

Nouns: a *type* defined by an authority; a *certificate* of a holder with its GB/T 36904 *identifier*, a *status* and
a signed SD-JWT; a *check code*, what a stranger types to check it.

Invariants: an issued certificate has its entry in the journal, in the same transaction; its SD-JWT says what its row
says. Trusts the deciding module for the decision, and the keystore for the issuer's key.
"""
