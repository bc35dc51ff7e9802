"""Feeds: a register's records page by page, and its changes in their order, under grants of the form `batch`."""
