"""Re-sealing (换签): signing all living certificates of an issuer anew after one of its keys was revoked.

Nouns: a *run* goes through the certificates of one issuer for one revoked key; a *resealed* row links the text before
with the text after.

Invariants: a certificate has its new text, its new entry in the journal, its place in a status list and the link to the
text before in one transaction; a run that was killed goes on after the last batch that was written. Trusts the
keystore for which key is revoked, and since when.
"""
