"""Many runs: designs, paired comparison, storage and reports. `compare` is the way in."""

from experiments.comparison import Comparison
from experiments.pairwise import compare
from experiments.stored_runs import open_runs
from experiments.sweeps import Sweep, sweep

__all__ = ["Comparison", "Sweep", "compare", "open_runs", "sweep"]
