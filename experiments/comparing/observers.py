"""What looks at more of a run than its period measures: single days, parts of the market, causes of leaving.

In go the tables of one run, where they were made; out come rows like those of its periods, so that a study reads them
in the same way. An observer travels to the workers with its trial, so it is plain data.
"""

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from sim.measures import Measure
from sim.results import RunResult


class Observer(Protocol):
    """Looks at one run after the other; the same run always shows it the same."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What is known of the measures it sees, by name, beside those that runs report themselves."""

    def seen(self, result: RunResult) -> pd.DataFrame:
        """Columns period (a name of the observer's own), measure, value; one row for each thing looked at."""
