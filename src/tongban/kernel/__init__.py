"""What every module may lean on: identifiers, the clock, errors, canonical JSON, durable files.

Knows no database, no web and no noun of government. Trusts only its arguments.
"""
