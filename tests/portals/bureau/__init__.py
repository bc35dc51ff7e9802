"""Pages of resource owners and data officers."""
