"""What is counted of calls: quotas leased in blocks, fair shares, tallies, and leads where something is strange."""
