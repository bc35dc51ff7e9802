"""How well registers fulfil their checks: measured over a snapshot, scored in six dimensions, followed over the days.

A *measurement* is one look at a register: ordered after each load, every day, and by its agency. Each failure is an
*issue* of that agency, by check and key, from the look that found it first to the look that found it gone.
"""
