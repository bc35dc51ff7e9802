"""Who is who: agencies and their levels, officers and their roles, people, firms and who may act for them.

Nouns: an *agency*, an *officer* (one agency, some *roles*), a *person*, a *firm* with its *representatives*, an
*account* that signs in as a person or as an officer, never both. Sign-in is a port; `local` is shipped.

Invariants: an account is one of the two; an actor comes from an account, never from a request. Identity numbers are
checked (GB 11643, GB 32100) and flagged, not refused, where real bodies have none. Trusts the session for the account.
"""
