"""Studies of two groups of customers at the sizes of real ones: persons measured, statistics, findings."""
