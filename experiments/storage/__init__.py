"""Where runs are kept, one folder a run, and how they are found again."""
