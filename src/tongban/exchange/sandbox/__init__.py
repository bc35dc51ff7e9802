"""The sandbox: an instance of its own in which developers call what agencies offer, and invented rows answer.

Same wire, same signatures, same errors; another instance code, keys of its own table, rows made from the schema of each
interface, cases that always stand. Nothing of a register is read, and nothing becomes an act of the city: a call is kept
in a table of the sandbox until its key is over, so that a developer sees what he sent.
"""
