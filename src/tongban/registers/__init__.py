"""Base and agency registers: typed tables made from their schemas, hosted for the agencies that keep them here.

Nouns: a *register* is a Table Schema with a key; its rows lie in a table of their own in the schema `register`. It
answers the exchange as the source `register`, unless it is *paused* (maintenance), when it does not answer at all. Its *changes* have a dense order of their own (`tracking`), which feeds follow.

Invariants: only declared columns are ever named in SQL; rows are read through the exchange, never by a page. Trusts
the pack's data after its check against the schema.
"""
