"""Raw WSGI applications for the hot paths (design 6): `/r1/`, the exchange's gateway in the X-Road dialect."""
