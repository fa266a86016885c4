"""What a comparison is asked, checked before the first run: which measure decides, how many runs, after which warm-up.

In go a scenario and the wishes of who asks; out comes a `Question` whose parts go together, or one sentence on why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.comparing.best_plan import Wanted
from experiments.comparing.objectives import checked_objectives
from experiments.comparing.replications import FEWEST, Precision
from experiments.comparing.warm_up import CARRIED, WarmUp, course_of
from sim.errors import RequestError
from sim.measurement.of_document import measures_of
from sim.measures import Measure
from sim.scenario.load import Scenario


@dataclass(frozen=True)
class Question:
    """Everything decided before the first run.

    ``exactly``: so many replications, or None. ``settling``: the measures whose courses say how long the warm-up is,
    None where nothing has to be found. ``warm_up``: the one the file states in days.
    """

    primary: str
    higher_is_better: bool
    objectives: tuple[str, ...]
    precision: Precision
    exactly: int | None = None
    select: Wanted | None = None
    settling: tuple[str, ...] | None = None
    warm_up: WarmUp | None = None

    def courses(self, daily: pd.DataFrame) -> Mapping[tuple[str, str], NDArray[np.float64]]:
        """The mean course of each measure that has to settle, for every plan, from `Ensemble.daily`."""
        return {
            (str(plan), measure): rows["mean"].to_numpy(dtype=np.float64)
            for measure in self.settling or ()
            for plan, rows in daily[daily["measure"] == measure].groupby("plan", sort=False)
        }


def ask(
    scenario: Scenario,
    plans: Sequence[str],
    *,
    replications: int | None,
    uncertain: bool,
    select: Wanted | None,
    most: int | None,
    period: str | None,
    objectives: Sequence[str] | None,
    by: str | None,
) -> Question:
    """The question of a comparison of these plans; raises `RequestError` where its parts do not go together."""
    section = scenario.document(scenario.baseline).experiment
    known: dict[str, Measure] = {}
    for plan in plans:
        known |= measures_of(scenario.document(plan))
    _refuse_what_does_not_go_together(replications, uncertain, select, most, by)
    primary = section.primary_measure
    beside = checked_objectives(section.objectives if objectives is None else objectives, known)
    steady = section.warm_up is not None and period is None
    if steady and by is not None:
        raise RequestError("parts are measured over the periods of the run, not after a warm-up: name a --period")
    if steady:
        for name in (primary, *beside):
            if not known[name].column and name not in CARRIED:
                raise RequestError(f"'{name}' needs more than daily values, so it cannot be measured after a warm-up")
    days = section.warm_up_days
    return Question(
        primary=primary,
        higher_is_better=known[primary].better != "lower",
        objectives=beside,
        precision=Precision(section.precision, section.most if most is None else most),
        exactly=replications,
        select=select,
        settling=tuple(dict.fromkeys(course_of(name) for name in (primary, *beside))) if steady and not days else None,
        warm_up=WarmUp(days, {}) if steady and days else None,
    )


def _refuse_what_does_not_go_together(
    replications: int | None, uncertain: bool, select: Wanted | None, most: int | None, by: str | None
) -> None:
    if most is not None and most < FEWEST:
        raise RequestError(f"at most {most} replications cannot show how much is luck: allow at least {FEWEST}")
    if replications is not None and most is not None:
        raise RequestError("--replications says exactly how many, --most caps a number not given: leave one out")
    if select is None:
        return
    if replications is not None:
        raise RequestError("--select finds out how many replications it takes: leave --replications out")
    if by is not None:
        raise RequestError("--select runs only what picking takes, and --by needs every plan: leave one out")
    if uncertain:
        raise RequestError("--select picks at the stated values: leave --uncertain out")
