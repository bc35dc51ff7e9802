"""One call of the gateway as one statement: nonce, key, grant, stop, case, reading, digest, commitment and entry."""
