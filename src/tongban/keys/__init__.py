"""Custody of keys: who signs with what. Private keys never leave this module.

Nouns: a key has a *name* (`log.acts`, `issuer.<agency>`, `journal.seal`) and a *suite* (Ed25519 for logs, ES256 for
issuers, HMAC-SHA-256 for the journal's seal and for digests of codes, AES-256-GCM for stored secrets). Shipped custody: files of mode 0600 in the data folder; an HSM or a
signature server takes the same port. A name is for ever, its keys are *generations* (`log.acts`, then
`log.acts@2`): the journal says which sign, since when, and which are revoked. Trusts the file system's modes, and refuses a key file that others may read.
"""
