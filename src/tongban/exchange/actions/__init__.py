"""What the exchange does: reading evidence, and answering for what was read."""
