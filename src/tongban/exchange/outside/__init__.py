"""Cases of outside systems: an agency's own system makes its cases known, so that data may be read for them.

Their numbers begin with the code of the system that registered them, so that nobody can register, change, close or
use another's. People and firms are named by their numbers, which are kept as digests only. What is registered falsely
is found: the person sees it in her footprint, the supervisor sees how many each system registers, and each may only
register so many a day, refused tries counted.
"""
