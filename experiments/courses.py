"""The course of the measures through a run, day by day, from the raw columns a run leaves.

In goes a run's daily table; out comes one column a measure, a ratio already divided, undefined on days without a case.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measurement.catalogue import measures_in
from sim.measures import CATALOGUE, Measure, standard_measure

CALENDAR = ("day", "date", "period")
KEPT = "kept_"


def courses(daily: pd.DataFrame) -> pd.DataFrame:
    """Columns day, date, period, then each measure that has daily values (percentiles, for one, have none)."""
    standards = [standard_measure(name.removeprefix(KEPT), "") for name in daily.columns if name.startswith(KEPT)]
    known = [
        measure
        for measure in (*CATALOGUE.values(), *standards, *measures_in(daily.columns))
        if measure.column in daily.columns
    ]
    return pd.concat(
        [daily[list(CALENDAR)], pd.DataFrame({measure.name: _course(daily, measure) for measure in known})], axis=1
    )


def _course(daily: pd.DataFrame, measure: Measure) -> NDArray[np.float64]:
    values = daily[measure.column].to_numpy(dtype=np.float64)
    if not measure.denominator:
        return values
    cases = daily[measure.denominator].to_numpy(dtype=np.float64)
    return np.asarray(np.divide(values, cases, out=np.full(len(values), np.nan), where=cases > 0))
