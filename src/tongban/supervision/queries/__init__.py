"""What pages show of supervision."""
