"""The published status of certificates (Token Status List): places in lists, flips, and what is published."""
