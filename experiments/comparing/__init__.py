"""Plans compared in pairs: from the replications to differences, intervals and a verdict."""
