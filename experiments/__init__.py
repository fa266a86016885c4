"""Many runs: designs, paired comparison, storage and reports. `compare` and `optimise` are the ways in."""

from experiments.best_setting import optimise
from experiments.comparison import Comparison
from experiments.failing_worlds import Discovery, discover
from experiments.pairwise import compare
from experiments.pilot_study import Pilot, pilot
from experiments.search.result import Optimisation
from experiments.shocked_plans import Stress, stress

__all__ = [
    "Comparison", "Discovery", "Optimisation", "Pilot", "Stress", "compare", "discover", "optimise", "pilot", "stress",
]  # fmt: skip
