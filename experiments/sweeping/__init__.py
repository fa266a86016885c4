"""Plans at many values of what is varied, and how measures respond."""
