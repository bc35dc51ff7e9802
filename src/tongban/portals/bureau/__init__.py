"""Pages of resource owners and data officers: resources, reviews, sheets, lists, what was told."""
