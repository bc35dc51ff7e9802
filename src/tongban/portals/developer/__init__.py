"""Pages of developers: which interfaces there are, how each is called, a key of the sandbox at once, and trying it.

Owns no table and no act of the city. Invariants: what the catalogue does not show to everybody is not here; a sample
is computed from the schema and really answered by the sandbox.
"""
