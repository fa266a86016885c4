"""How the dissatisfied weigh silence, voice and exit: the document's parameters put to Hirschman's utilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import complaint
from sim.scenario.behaviour import Complaining

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]


def utilities(
    market: Market,
    mechanism: Complaining,
    rows: NDArray[np.int64],
    severity: Floats,
    hope: Floats | float,
    cost: Floats | float,
) -> Floats:
    """Utilities of silence, voice and exit for `rows`, (k, 3); `hope` is the chance that a complaint ends well, 0-1,
    `cost` the effort of complaining in utility."""
    customers = market.customers
    return complaint.response_utilities(
        severity=severity,
        loyalty=customers.loyalty[rows],
        expected_success=hope,
        alternatives=mechanism.alternatives,
        voice_intercept=mechanism.voice,
        voice_severity=mechanism.voice_severity,
        voice_loyalty=mechanism.voice_loyalty,
        voice_success=mechanism.voice_success,
        voice_cost=cost,
        exit_intercept=mechanism.exit,
        exit_severity=mechanism.exit_severity,
        exit_alternatives=mechanism.exit_alternatives,
        exit_loyalty=mechanism.exit_loyalty,
        exit_cost=customers.switching_cost[rows],
    )
