"""The days a run needs to settle, and measures taken after them, where a scenario asks for a steady state.

In goes the mean course of a measure, or the results of a run; out comes the number of days to leave out (MSER-5, White
1997), and the period measures of the days that remain. One cut serves all plans of a comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError
from sim.measurement.period_totals import PeriodTotals
from sim.measures import Measure
from sim.results import RunResult

STEADY = "steady"
"""Name of the period after the warm-up."""

BATCH = 5
FEWEST_BATCHES = 10
FEWEST_KEPT = 5
CARRIED = ("carried_value", "profit_with_carried_value")
COURSE_OF = {"profit_with_carried_value": "profit"}
"""A value at the end of a run has no course; the daily part of it has."""


def course_of(measure: str) -> str:
    """The measure whose daily course tells when this one has settled."""
    return COURSE_OF.get(measure, measure)


@dataclass(frozen=True)
class WarmUp:
    """What is left out: ``days``, and where each plan settles in each measure (empty when the file states the days)."""

    days: int
    settled: Mapping[tuple[str, str], int]


def mser(series: ArrayLike, batch: int = BATCH) -> tuple[int, NDArray[np.float64]]:
    """Length of the warm-up by MSER-m (White 1997, Simulation 69:323-334), and the statistic of each cut.

    Means Z of ``batch`` values each; the cut of d batches minimises ``sum_{j > d} (Z_j - mean_d)^2 / (k - d)^2``, the
    first one of equals, over all that leave at least five batches. Values without a number (NaN) are left out of their
    batch. Returns values to leave out, and one statistic for d = 0, 1, ... A minimiser in the second half of the series
    says that it is too short: `settles`.
    """
    values = np.asarray(series, dtype=np.float64)
    batches = values[: len(values) // batch * batch].reshape(-1, batch)
    there = np.isfinite(batches)
    means = np.where(there, batches, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    if not there.any(axis=1).all():
        raise ValueError(f"a batch of {batch} values without any number")
    cuts = range(max(1, len(means) - FEWEST_KEPT + 1))
    statistics = np.array([((means[d:] - means[d:].mean()) ** 2).sum() / (len(means) - d) ** 2 for d in cuts])
    # Rounding must not choose between equals: the statistic of a constant rest is zero, not 1e-33.
    scale = float(np.abs(means).max())
    statistics = np.where(statistics <= (1e-12 * scale) ** 2, 0.0, statistics)
    return int(np.argmin(statistics)) * batch, statistics


def settles(cut: int, length: int) -> bool:
    """Whether a warm-up found by `mser` may be believed: it must not lie in the second half of the series."""
    return 2 * cut <= length


def warm_up_of(courses: Mapping[tuple[str, str], ArrayLike]) -> WarmUp:
    """The warm-up of a comparison: the longest of those of each (plan, measure), from its mean course.

    Raises `RequestError` when the run is too short for one of them to have settled.
    """
    settled = {}
    for (plan, measure), course in courses.items():
        days = np.asarray(course, dtype=np.float64)
        if len(days) < BATCH * FEWEST_BATCHES:
            raise RequestError(
                f"a run of {len(days)} days is too short to find its warm-up, which takes at least "
                f"{BATCH * FEWEST_BATCHES}: make calendar.run longer, or say experiment.warm_up in days"
            )
        try:
            cut, _ = mser(days)
        except ValueError:
            raise RequestError(
                f"'{measure}' has no value for {BATCH} days on end in plan '{plan}', so its warm-up cannot be found; "
                "say experiment.warm_up in days"
            ) from None
        if not settles(cut, len(days)):
            raise RequestError(
                f"'{measure}' has not settled in the first half of the run of {len(days)} days in plan '{plan}' "
                f"(least spread after {cut} days): make calendar.run longer, or say experiment.warm_up in days"
            )
        settled[plan, measure] = cut
    return WarmUp(max(settled.values()), settled)


def with_steady_period(result: RunResult, measures: Sequence[Measure], warm_up: int) -> pd.DataFrame:
    """The periods of a run and one more, ``steady``: the days from ``warm_up`` on.

    What has daily values is summed up as in any period; value carried is that at the end of the run, with the profit
    since the cut. Percentiles of waits, cycle times and other measures that need more than daily values are left out.
    """
    daily = result.daily
    columns = {
        str(name): daily[name].to_numpy(dtype=np.float64)
        for name in daily.columns
        if name not in ("day", "date", "period")
    }
    totals = PeriodTotals.of(STEADY, columns, np.arange(warm_up, len(daily)))
    whole = result.periods[result.periods["period"] == "whole"]
    at_the_end = dict(zip(whole["measure"].tolist(), whole["value"].tolist(), strict=True))
    rows = []
    for measure in measures:
        if measure.name not in at_the_end:
            continue
        if measure.name in CARRIED:
            since = totals.sums["profit"] if measure.name == CARRIED[1] else 0.0
            value: float | None = at_the_end["carried_value"] + since
        else:
            value = totals.value(measure) if measure.column in totals.sums or measure.kind == "spread" else None
        if value is not None:
            rows.append((STEADY, measure.name, value))
    steady = pd.DataFrame(rows, columns=["period", "measure", "value"]).astype({"period": "str", "measure": "str"})
    return pd.concat([result.periods, steady], ignore_index=True)
