"""Notices: told once, and sent where a person wants it."""
