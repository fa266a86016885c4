"""The course of the measures through a run, day by day, from the raw columns a run leaves.

In goes a run's daily table; out comes one column a measure, a ratio already divided, undefined on days without a case.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measurement.catalogue import measures_in
from sim.measures import CATALOGUE, standard_measure

CALENDAR = ("day", "date", "period")
KEPT = "kept_"


def courses(daily: pd.DataFrame) -> pd.DataFrame:
    """Columns day, date, period, then each measure that has daily values (percentiles, for one, have none)."""
    known = _known(tuple(daily.columns))
    raw = list(dict.fromkeys(column for _, *columns in known for column in columns if column))
    numbers = dict(zip(raw, daily[raw].to_numpy(dtype=np.float64).T, strict=True))
    values = np.empty((len(daily), len(known)))
    for place, (_, column, denominator) in enumerate(known):
        values[:, place] = _course(numbers[column], numbers[denominator] if denominator else None)
    table = pd.DataFrame(values, columns=[name for name, _, _ in known])
    for place, name in enumerate(CALENDAR):
        table.insert(place, name, daily[name].array)
    return table


@lru_cache(maxsize=16)
def _known(columns: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Name, column and denominator of each measure that these columns have: the same for every run of a plan."""
    standards = [standard_measure(name.removeprefix(KEPT), "") for name in columns if name.startswith(KEPT)]
    measures = (*CATALOGUE.values(), *standards, *measures_in(columns))
    return tuple(
        (measure.name, measure.column, measure.denominator) for measure in measures if measure.column in columns
    )


def _course(values: NDArray[np.float64], cases: NDArray[np.float64] | None) -> NDArray[np.float64]:
    if cases is None:
        return values
    return np.asarray(np.divide(values, cases, out=np.full(len(values), np.nan), where=cases > 0))
