"""What may be done with an application or a case: one file for each stretch of its way."""
