"""Many runs: designs, paired comparison, storage and reports. `compare` is the way in."""

from experiments.comparison import Comparison
from experiments.decision_sensitivity import Sensitivity, sensitivity
from experiments.pairwise import compare
from experiments.side_by_side import Flip, flip
from experiments.turning_point import TurningPoint, turning_point

__all__ = ["Comparison", "Flip", "Sensitivity", "TurningPoint", "compare", "flip", "sensitivity", "turning_point"]
