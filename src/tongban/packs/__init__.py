"""Content packs: what a jurisdiction decides, as YAML and CSV, checked as a whole and activated in one transaction.

Nouns: a *pack* is a folder; a *section* is one sort of file in it and belongs to one module; a *code* is a name that
one section defines and others refer to; a *cite* is a legal source with its mark of verification.

Invariants: nothing is read from a pack in a request; what is activated was checked first, with file, line and field
in every finding; a row edited since is never overwritten. Trusts no pack: every text in it is data.
"""
