"""Reading the catalogue: what is offered, what is being written, what is asked for."""
