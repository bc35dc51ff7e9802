"""共享证照: the holder lets somebody see a certificate once; who saw it and why stays readable for her.

Nouns: a *share*, given by the holder for one receiver and one cause; its *share code*, which opens it once; a *copy*
(加注件), what the receiver takes away: the shown fields with reader, cause and expiry on its face.

Invariants: a share says what will be seen before it is given; it opens once, until its last day, and not after it was
taken back; whoever opens it is written down with the cause; a copy shows only what was shared. Codes are kept as a
keyed digest beside their encrypted text. Trusts the page for limiting guesses.
"""
