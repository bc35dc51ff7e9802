"""What a row of a register has to fulfil, compiled to SQL for one scan, and how well a register fulfils it.

A *check* is a condition with a sentence and one of six dimensions. Those of the schema, and most of the domains (identity
number, credit code, area, telephone, day), send a row back that fails; the others (`refuses` is false) let it in and make an issue of it.
"""
