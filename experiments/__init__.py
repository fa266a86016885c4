"""Many runs: designs, paired comparison, storage and reports. `compare` and `optimise` are the ways in."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.assumptions.decision_sensitivity import Sensitivity, sensitivity
    from experiments.assumptions.side_by_side import Flip, flip
    from experiments.assumptions.turning_point import TurningPoint, turning_point
    from experiments.comparing.comparison import Comparison
    from experiments.comparing.pairwise import compare
    from experiments.discovery.failing_worlds import Discovery, discover
    from experiments.pilots.pilot_study import Pilot, pilot
    from experiments.search.best_setting import optimise
    from experiments.search.result import Optimisation
    from experiments.storage.stored_runs import open_runs
    from experiments.stressing.shocked_plans import Stress, stress
    from experiments.sweeping.sweeps import Sweep, sweep

__all__ = [
    "Comparison", "Discovery", "Flip", "Optimisation", "Pilot", "Sensitivity", "Stress", "Sweep", "TurningPoint",
    "compare", "discover", "flip", "open_runs", "optimise", "pilot", "sensitivity", "stress", "sweep", "turning_point",
]  # fmt: skip

_HOMES = {
    "Comparison": "experiments.comparing.comparison",
    "Discovery": "experiments.discovery.failing_worlds",
    "Flip": "experiments.assumptions.side_by_side",
    "Optimisation": "experiments.search.result",
    "Pilot": "experiments.pilots.pilot_study",
    "Sensitivity": "experiments.assumptions.decision_sensitivity",
    "Stress": "experiments.stressing.shocked_plans",
    "Sweep": "experiments.sweeping.sweeps",
    "TurningPoint": "experiments.assumptions.turning_point",
    "compare": "experiments.comparing.pairwise",
    "discover": "experiments.discovery.failing_worlds",
    "flip": "experiments.assumptions.side_by_side",
    "open_runs": "experiments.storage.stored_runs",
    "optimise": "experiments.search.best_setting",
    "pilot": "experiments.pilots.pilot_study",
    "sensitivity": "experiments.assumptions.decision_sensitivity",
    "stress": "experiments.stressing.shocked_plans",
    "sweep": "experiments.sweeping.sweeps",
    "turning_point": "experiments.assumptions.turning_point",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: a worker that only runs markets must not wait for what searches and screens.
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
