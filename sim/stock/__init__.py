"""Goods: what they are worth to whom, what is on the shelf, and the lots of the suppliers."""
