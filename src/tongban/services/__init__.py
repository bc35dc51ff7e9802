"""Service items (政务服务事项): what can be asked of whom, under which regime, with which materials and limits.

Nouns: an *item* with its agencies, limits and materials; a *listed item* that another system publishes; a *regime*, the
state table of a kind of procedure with its law; a *material* with its issuer and what replaces it; a *bundle* (一件事)
of items with one form and one promise; a *guide*, what a person reads before asking; a *topic*, where people look for
items; a *front page*, what the first page of a place says; an *asked proof*, a paper that people are asked to bring from
somebody, and the *proof tests* of the law that it is held against (`proofs`).

Invariants: an item uses only verbs of its regime; a promised limit is never longer than the legal one; materials that
the state holds are fetched, not asked for; an item that ended can be neither found nor begun, and its old address says
what stands in its place. Trusts packs after their check.
"""
