"""Tongban 通办: digital government in a box for a city or a province."""

__version__ = "0.1.0"
