"""The rivals of one run, and what of their spending customers give to whom."""
