"""How likely what was observed is at a candidate, and the luck every likelihood reckons with."""
