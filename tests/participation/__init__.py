"""Orders through the doors."""
