"""Many runs: designs, paired comparison, storage and reports. `compare` and `optimise` are the ways in."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "Comparison": "experiments.comparison",
    "Discovery": "experiments.failing_worlds",
    "Flip": "experiments.side_by_side",
    "Optimisation": "experiments.search.result",
    "Pilot": "experiments.pilot_study",
    "Sensitivity": "experiments.decision_sensitivity",
    "Stress": "experiments.shocked_plans",
    "Sweep": "experiments.sweeps",
    "TurningPoint": "experiments.turning_point",
    "compare": "experiments.pairwise",
    "discover": "experiments.failing_worlds",
    "flip": "experiments.side_by_side",
    "open_runs": "experiments.stored_runs",
    "optimise": "experiments.best_setting",
    "pilot": "experiments.pilot_study",
    "sensitivity": "experiments.decision_sensitivity",
    "stress": "experiments.shocked_plans",
    "sweep": "experiments.sweeps",
    "turning_point": "experiments.turning_point",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: a worker that only runs markets must not wait for what searches and screens.
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
