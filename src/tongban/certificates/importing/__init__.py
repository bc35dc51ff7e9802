"""补录成批存量证照: what stood on paper or in an older system comes into the library, row by row checked, journalled, signed.

Nouns: an *import* is one run over one file with its quality report; a *refused row* is what was sent back, with reasons.

Invariants: every certificate that was taken has an entry of its own, in the transaction that wrote it; a row is taken
whole or sent back with everything that is wrong with it; a run that broke off goes on when it is run again, for what is
in the library already is counted, not written twice. No transaction holds more than a few thousand rows.
"""
