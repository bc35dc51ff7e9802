"""The public pages, a file for each subject."""
