"""Certificates that are kept above us: in a library of the province or the nation (design 3a, mirror mode).

Nouns: an *upper library* is such a system; a type's *type standing* says from a day on whose record counts (`own`,
`mirror`, `delegate`); a *mirrored certificate* is our copy of a record there, with its id, version and batch there; an
*upward row* is a version of a certificate of ours that the upper library wants to know of, an *upward batch* is what
leaves together; a *reconciliation* compares both sides and finds *differences*.

Invariants: what another system is the record of is never issued, suspended or revoked here. No question leaves without
a cause of 1 to 200 characters, which its holder sees; its going and its end are journalled, and between the two no
transaction is open. An upward row is known by certificate and version, so that sending it twice is sending it once.
"""
