"""The spine: every official act is one entry, written in the transaction of the change it records (design 2).

Nouns: an *act* is what is done, an *entry* its row, a *kind* its type (`case.accepted.v1`), a *part* the private
content of one subject, a *position* the entry's place among all committed entries.

Invariants: entries and placements are only ever inserted; a commitment covers the plain columns and the hashes of
the parts; a seal under a key outside the database marks what the program wrote; positions are dense and given by
one drainer in commit order. Trusts the modules above to put nothing personal outside parts.
"""
