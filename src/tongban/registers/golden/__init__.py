"""Golden records: what registers say of one person or firm, field by field, and which of them is taken.

Nouns: a *golden record* is declared in a pack: its fields, for each the sources in their order of precedence, with law and
article. A *candidate* is a value of one source; one is *taken*, the others *lost*, each with the reason.

Invariants: nothing is stored, so nothing goes stale: a golden record is put together when it is asked for. Who asks reads
only registers of his own agency and columns that it has a grant for in batches, for the purpose of the golden record; a
person reads all that is hers.
"""
