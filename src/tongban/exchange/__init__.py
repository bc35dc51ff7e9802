"""Reading data across agencies under law: grants, case references, sources and the evidence they give.

Nouns: a *grant* lets a consumer agency read items of a resource for case kinds and a purpose, on a legal basis; a
*case reference* is an open case known to the exchange; a *source* answers `query` or only `verify`; an *evidence* is
one answer, bound to the case it was read for; a *correction* (校核) asks the provider to check what was read; an *objection* is a person's question why her data were used.

Invariants: no reading without a grant in force and an open case whose subject it concerns; every reading is an entry
of the journal, refusals too; a mismatch or a silent source never blocks the person. Trusts sources for their values,
never a caller for who he is.
"""
