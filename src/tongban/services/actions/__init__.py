"""What can be done to services: a file per kind of work."""
