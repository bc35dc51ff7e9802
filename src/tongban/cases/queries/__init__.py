"""Reading applications and cases: whole ones for their pages, rows for lists, figures for the summary."""
