"""The parts of an optimisation: what is asked, what is tried, what is run again, and what comes out."""
