"""The witness: a program of its own that cosigns checkpoints of logs only if each extends what it saw before.

It has its own Ed25519 key, its own SQLite file and nothing else: no Django, no way to the main database. It is meant
to be run by somebody else: an audit office, a university, a neighbouring city. Speaks C2SP tlog-witness.

Invariants: it never cosigns two histories of one log; comparing and storing are one transaction, durable before the
answer; what a log signed against its own history is kept as evidence and shown to whoever asks.
"""
