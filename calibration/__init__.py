"""Where scenarios will be fitted to observed data; nothing is built here yet."""
