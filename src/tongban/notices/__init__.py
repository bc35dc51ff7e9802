"""Notices: what a person or an agency is told in the portal when something happened in their affairs.

Nouns: a *notice* is one entry told to one person, an *agency notice* one told to an agency. Invariants: an entry is told
to each once, however often it is delivered; a notice holds nothing that the entry's plain columns do not say; a person's
goes when her part is erased. A *contact* is an address that she proved to be hers; a *sending* is a notice on its way there
through a *channel* (a port), in words that hold nothing of the matter, tried again for three days. Knows only ids of
people and codes of agencies; trusts the caller that the entry is theirs.
"""
