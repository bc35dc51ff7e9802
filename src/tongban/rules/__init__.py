"""Rules of law as data: yes, no, or unknown and which fact is missing; every clause with its citation.

Pure: knows no database and no noun of government. A missing fact is never taken for a value (Kleene's strong
three-valued logic), so a rule never grants or refuses on no evidence.
"""
