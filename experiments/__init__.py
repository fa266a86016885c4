"""Many runs: designs, paired comparison, storage and reports. `compare` is the way in."""

from experiments.comparison import Comparison
from experiments.pairwise import compare

__all__ = ["Comparison", "compare"]
