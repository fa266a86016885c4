"""How a scenario as it stands meets its targets, without fitting anything.

In go a scenario and a targets file; out comes for each target what was observed and the band of what the scenario
predicts, sampling and luck included.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibration.candidates import Bench
from calibration.predictive import Prediction, predictions
from calibration.targets.reading import Fit, load_fit
from experiments.engines.runner import Progress, engine, ignore_progress
from sim.errors import RequestError
from sim.scenario.load import Scenario

REPLICATIONS: Final = 10
DATA_SETS: Final = 4000


@dataclass(frozen=True)
class Check:
    """A scenario held against its targets."""

    fit: Fit
    seed: int
    replications: int
    predicted: tuple[Prediction, ...]

    @property
    def met(self) -> int:
        """How many components of targets lie in their 90 % band."""
        return sum(each.inside for each in self.predicted)


def check(
    scenario: Scenario,
    targets: str | Path,
    *,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    out: Path | str | None = None,
    progress: Progress = ignore_progress,
) -> Check:
    """Run the plans of the targets as the file has them, and hold them against what was observed."""
    fit = load_fit(scenario, targets)
    if replications < 2:
        raise RequestError("a check needs at least 2 replications: luck is learned from them")
    used = scenario.document(scenario.baseline).seed if seed is None else seed
    with engine(workers, out, cluster) as running:
        bench = Bench(fit, used, replications, running, progress, ahead=1)
        tried = bench.as_it_stands(replications)
    if not tried.possible.all():
        lost = next(name for name, runs in tried.runs.items() if not all(map(bool, (runs == runs).ravel())))
        raise RequestError(f"target '{lost}' is undefined in some run of the scenario as it stands")
    observed = [each for each in fit.observations if not each.used_up]
    found = predictions(observed, tried, tried.lucks(fit.observations), used, DATA_SETS)
    return Check(fit, used, replications, found)
