"""In which futures a plan fails: boxes of the space of all drawn worlds."""
