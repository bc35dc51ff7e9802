"""The transparency log: what was recorded can be checked by anybody, offline, and cannot be rewritten unseen.

Nouns: a *log* (origin `public` or `acts`) is an RFC 6962 Merkle tree of leaves in tiles; a *checkpoint* is its
signed head; a *proof* (`.tlog-proof`) takes one entry to a checkpoint; a *witness* is whoever
cosigns checkpoints that extend what it saw, a *trust policy* what a checker believes. Formats are C2SP's, to the letter.

Invariants: a log only grows; one sequencer signs, after reading back and hashing the tree's edge; a checkpoint is
published only after its tiles. Trusts the database's head row and the log key; does not trust the tile folder, which
every reader hashes again.
"""
