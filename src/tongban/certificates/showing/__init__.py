"""亮证: the holder shows a certificate face to face, as a code that lives for a minute.

Nouns: a *shown code*, which stands for the certificate while the holder has the page open.

Invariants: a code is random, belongs to one certificate and ends a minute after it was made, by real time, so that a
photograph of it is worth nothing later; a code that somebody checked is kept for the holder's history, others are
forgotten. Trusts whoever calls for the holder's identity, and the page for limiting guesses.
"""
