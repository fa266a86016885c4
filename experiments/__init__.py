"""Many runs: designs, paired comparison, storage and reports. `compare` and `optimise` are the ways in."""

from experiments.best_setting import optimise
from experiments.comparison import Comparison
from experiments.pairwise import compare
from experiments.search.result import Optimisation

__all__ = ["Comparison", "Optimisation", "compare", "optimise"]
