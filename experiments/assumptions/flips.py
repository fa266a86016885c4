"""Which assumption would change the decision if its true value were elsewhere in its range.

In go the drawn values of each assumption and the paired difference between the best plan and the runner-up, one of each
a replication; out comes, for each assumption whose fitted line crosses zero inside its range, the value at which the
two plans change places. A line a path: with few replications nothing finer can be told (Saltelli et al. 2008, section
1.2.5).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.comparing.intervals import LEVEL, simultaneous

TYPES = {"path": "str", "quantile": "float64", "share": "float64", "clear": "bool"}
FEWEST = 10


def flips(draws: Mapping[str, ArrayLike], difference: ArrayLike, level: float = LEVEL) -> pd.DataFrame:
    """Assumptions at whose ``quantile`` of the range the fitted ``difference`` is zero, most influential first.

    ``draws[path]`` are the uniforms of the assumption, shape (replications,). ``share`` is the part of the variance of
    the difference that the assumption's line explains (R squared, 0-1); ``clear`` says whether the slope differs from
    zero although so many assumptions were tried (Bonferroni). Empty below ten replications.
    """
    from scipy import stats  # takes half a second to import, and few comparisons draw assumptions

    outcome = np.asarray(difference, dtype=np.float64)
    rows = []
    if outcome.size >= FEWEST and outcome.std() > 0.0:
        threshold = 1.0 - simultaneous(level, len(draws))
        for path, uniforms in draws.items():
            line = stats.linregress(np.asarray(uniforms, dtype=np.float64), outcome)
            crossing = -line.intercept / line.slope if line.slope != 0.0 else np.inf
            if 0.0 < crossing < 1.0:
                rows.append((path, float(crossing), float(line.rvalue**2), bool(line.pvalue < threshold)))
    rows.sort(key=lambda row: (-row[2], row[0]))
    return pd.DataFrame(rows, columns=list(TYPES)).astype(TYPES)


def drawn_uniforms(draws_by_replication: list[dict[str, float]]) -> dict[str, NDArray[np.float64]]:
    """The draws of each replication, turned into one array a path."""
    paths = draws_by_replication[0] if draws_by_replication else {}
    return {path: np.array([draws[path] for draws in draws_by_replication]) for path in paths}
