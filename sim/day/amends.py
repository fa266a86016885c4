"""What was given for a failure, taken to heart: satisfaction after a recovery, by the document's matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import recovery

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def make_amends(
    market: Market, rows: Integers, prior: Floats, failure: Integers, resources: Floats, repeated: NDArray[np.bool_]
) -> None:
    """Satisfaction of `rows` after `resources` (4, k) were given for a `failure` each; the paradox is kept apart."""
    customers, form = market.customers, market.document.behaviour.recovering
    effects = np.array(
        [[getattr(kind, name) for name in recovery.RESOURCES] for kind in (form.outcome, form.process)], np.float64
    )
    left = customers.satisfaction[rows]
    recovered = recovery.recovered_satisfaction(
        prior=prior,
        left=left,
        failure=failure,
        resources=resources,
        effects=effects,
        repeated=repeated,
        paradox=form.paradox,
    )
    acted_on = recovery.without_paradox(recovered=recovered, prior=prior, left=left)
    customers.satisfaction[rows] = acted_on
    customers.paradox[rows] = np.maximum(customers.paradox[rows], recovered - acted_on)
