"""The catalogue, through its door."""
