"""What may be done in identity: a file per noun."""
