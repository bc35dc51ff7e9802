"""Pages of a person about her own affairs: the form, her cases, her certificates. Shows only what is hers."""
