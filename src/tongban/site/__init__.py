"""The only place that wires things together: settings, addresses of pages, processes, the command line.

Owns the data folder (private PostgreSQL, keys, tiles, documents, static files) and the processes that serve it.
Trusts nothing from a request; it only decides which process runs with which database role.
"""
