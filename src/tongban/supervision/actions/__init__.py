"""What may be done with cards, letters, rules, leads and outages."""
