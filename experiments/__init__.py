"""Many runs: designs, paired comparison, storage and reports. `compare` and `optimise` are the ways in."""

from experiments.best_setting import optimise
from experiments.comparison import Comparison
from experiments.decision_sensitivity import Sensitivity, sensitivity
from experiments.failing_worlds import Discovery, discover
from experiments.pairwise import compare
from experiments.pilot_study import Pilot, pilot
from experiments.search.result import Optimisation
from experiments.shocked_plans import Stress, stress
from experiments.side_by_side import Flip, flip
from experiments.stored_runs import open_runs
from experiments.sweeps import Sweep, sweep
from experiments.turning_point import TurningPoint, turning_point

__all__ = [
    "Comparison", "Discovery", "Flip", "Optimisation", "Pilot", "Sensitivity", "Stress", "Sweep", "TurningPoint",
    "compare", "discover", "flip", "open_runs", "optimise", "pilot", "sensitivity", "stress", "sweep", "turning_point",
]  # fmt: skip
