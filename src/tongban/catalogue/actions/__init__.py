"""What is done to resources: writing and reviewing, withdrawing, importing."""
