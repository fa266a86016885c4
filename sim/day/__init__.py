"""The eleven steps of a day, one file each; `market.py` runs them in the order of its table."""
