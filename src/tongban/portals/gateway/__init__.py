"""Raw WSGI for what programs read and ask (design 6): the logs as static files, and `/r1/`, the exchange's gateway.

Owns no table; no session, no template, no Django request. Invariants: nothing is served beyond the served checkpoint,
what needs no token needs no database, and no answer of the gateway leaves before its entry is committed.
"""
