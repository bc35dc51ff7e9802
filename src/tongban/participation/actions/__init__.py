"""What may be done with an order."""
