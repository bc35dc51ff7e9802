"""放进钱包: certificates issued into wallets that others wrote, by OpenID for Verifiable Credential Issuance 1.0 (VCI).

Nouns: a *wallet offer*, which its holder hands to a wallet as a link or a QR code, with a code of six digits beside it;
the *access* that a wallet has when it redeemed the offer; a *wallet copy*, what one answer put into a wallet; its
*wallet texts*, each bound to a key of that wallet, with a status of its own.

Invariants: an offer is redeemed once, within minutes, and is over after a few wrong codes; nothing is signed without a
fresh proof that the wallet has the key; each text has its entry in the journal, in the same transaction; what its
holder ended, or the wallet did not keep, stands as invalid from then on, whatever becomes of the certificate. Codes and
tokens are kept as keyed digests. Trusts the page for who the holder is and for limiting guesses by address.

Left out, as the specification allows: DPoP (access tokens live for five minutes, refresh tokens are used once),
encrypted answers, key attestations, signed metadata.
"""
