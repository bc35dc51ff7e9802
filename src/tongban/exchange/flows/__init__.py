"""Flows of data, counted: across agencies, between levels, between government and the public (mission M13).

A subscriber of the journal keeps the tables; no page counts the journal itself. Each entry is counted once: `Flow`
has its id as the key, so a replay doubles nothing. An entry counts for the day on which it happened; what was
recorded on a later day is counted as late besides.
"""
