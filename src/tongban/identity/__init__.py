"""Who is who: agencies and their levels, officers and their roles, people, firms and who may act for them.

Nouns: an *agency*, an *officer* (one agency, some *roles*), a *person*, a *firm* with its *representatives*, an
*account* that signs in as a person or as an officer, never both, and its *ways to sign in*: password, authenticator app
with recovery codes, passkeys, subjects of an outside provider; a *mandate*, by which a person lets another prepare and
submit for her. Sign-in is a port; `local` and an OpenID Connect client are shipped.

Invariants: an account is one of the two; an actor comes from an account, never from a request; every change of a
way to sign in is an act of the account's holder; no secret lies in the database in the clear. A mandate holds once both
sides have confirmed it, for a year at most, and either side ends it at once; whoever acts under one says so on every act.
Identity numbers are checked (GB 11643, GB 32100) and flagged, not refused, where real bodies have none. Trusts the
session for the account.
"""
