"""Pages for everybody, signed in or not: search, guides, eligibility, checking a certificate."""
