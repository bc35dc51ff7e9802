"""Raw WSGI for what programs read (design 6): the logs as static files; no session, no template, no Django request.

Owns no table. Invariant: nothing is served beyond the served checkpoint, and what needs no token needs no database.
"""
