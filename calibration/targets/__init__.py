"""What was observed: the targets file, its series, and what is looked at in a run to be held against it."""
