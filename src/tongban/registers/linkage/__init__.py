"""Linkage: which records of several registers are of one person or body, and what that is called for ever.

Nouns: a *linkage* is declared in a pack: which registers for which purpose, compared by what. A *run* of it makes *clusters*,
each the records of one object, under an id that is permanent: it names whom its first record, the *anchor*, is about. A
*pair* is two records that the weights leave open; an officer says whether they are one.

Invariants: a linkage reads another agency's register under a batch grant for its own purpose alone, and clusters of two
linkages are never joined; a cluster's id never comes to mean another object: one that was merged points on, one that was split
stays with its anchor; what an officer said of a pair holds in every later run. Trusts nothing of a run that did not end.
"""
