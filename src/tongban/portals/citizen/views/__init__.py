"""The citizen's pages, a file for each stretch of the way."""
