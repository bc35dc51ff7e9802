"""从钱包出示: an agency asks the holder's wallet for a certificate, by OpenID for Verifiable Presentations 1.0 (VP).

Nouns: a *presentation*, one question to a wallet and what came of it, for one material of one case; its *handle*, by
which the wallet finds the signed request and answers it; a *verifier*, the agency that asks under a key of its own.

Invariants: only the items that the material needs are asked for, and nothing else is kept; an answer is for one
presentation, once, within minutes; what is shown was signed by an issuer that is trusted here and is in the ledger,
belongs to the person of the case, and stands as valid in a status list that is not stale; on one device, it becomes
evidence only when the wallet leads back into the session that asked. Trusts the case for what it needs and whom it is
about, and the page for limiting how often anybody may knock.

Left out, as the specification allows: encrypted answers (`direct_post.jwt`), transaction data, the Digital Credentials
API, other formats than `dc+sd-jwt`.
"""
