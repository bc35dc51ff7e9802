"""The template libraries of the portals: `tb` draws the components."""
