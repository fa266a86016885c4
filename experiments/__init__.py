"""Many runs: designs, paired comparison, storage and reports. `compare` is the way in."""

from experiments.comparison import Comparison
from experiments.pairwise import compare
from experiments.pilot import Pilot, pilot

__all__ = ["Comparison", "Pilot", "compare", "pilot"]
