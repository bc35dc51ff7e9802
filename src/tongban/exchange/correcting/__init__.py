"""校核 beyond the reading of a case: a record that its own person, or linkage, found wrong; and telling who read it.

Nouns: a person *disputes* her own record, read under no grant and for no case, since it is hers; a corrected record is
*passed on* to the agencies that had read what was wrong, who are told of it once, after every reading before the answer
has its position.
"""
