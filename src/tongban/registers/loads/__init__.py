"""Gathering (归集) whole batches of any size into a register: from files, tables of others' databases, and feeds.

A *load* is one batch of one source for one register. It is ordered, read and checked in a child process, and lands part
by part, each part a transaction with its entry; killed in between, it goes on at the part it had reached. A row that
fails a check is a *bad row*: it waits with its *row errors* for the agency, which mends it and sends it back. A row of
the register names its load in `row_source`, and so its source, batch, time and rules.

Invariants: one load of a register lands at a time; a batch of a source lands once, and the same number with another
content is refused; what was recorded for a later day, or corrected since, is never overwritten.
"""
