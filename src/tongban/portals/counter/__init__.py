"""Pages of people at work on cases: the window's intake, an agency's queue and workbench. Dense, keyboard first."""
