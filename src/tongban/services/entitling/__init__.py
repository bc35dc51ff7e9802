"""免申即享: a cited rule runs over a whole register; who fits is told, who misses one fact is asked, others are left alone.

Nouns: a *screening* is one run of an item's rule over everybody in the register that identifies its applicants; a
*screened* person is what it says of her, with the facts it was made from.

Invariants: the rule is the tree that the person answers herself (`rules`), compiled, never written twice; every register
is read under a batch grant of the deciding agency, and the reading is in the footprint of everybody it held; of a
register that only verifies, nothing but yes or no is kept; nobody is told before a second officer approved; whom the rule
refuses is never contacted, and what is said of her is dropped with the next run.
"""
