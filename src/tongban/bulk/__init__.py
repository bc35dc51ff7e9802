"""Rows in bulk, as columns: needs libraries that the portals do without (`requirements/bulk.txt`)."""
