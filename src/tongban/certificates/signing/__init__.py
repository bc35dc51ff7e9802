"""From the row of a certificate to its signed text: editions of types, claims, keys, places of status."""
