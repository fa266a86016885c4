"""Promises heard: from a campaign, a published standard, a call. Expectation moves towards them as far as believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import hear_promise

if TYPE_CHECKING:
    from sim.market import Market


def promise(market: Market, rows: NDArray[np.int64], levels: tuple[float | None, ...]) -> None:
    """Let `rows` hear a promise: *will* and, less, *desired* move towards it as far as it is believed."""
    mechanism = market.document.behaviour.promises
    if mechanism == "none":
        return
    customers = market.customers
    for dimension, level in enumerate(levels):
        if level is None:
            continue
        trust = customers.trust[rows]
        customers.will[dimension, rows] = hear_promise(
            expectation=customers.will[dimension, rows], promise=level, weight=mechanism.weight, credibility=trust
        )
        desired = customers.desired[dimension, rows]
        raised = hear_promise(expectation=desired, promise=level, weight=mechanism.desired_weight, credibility=trust)
        # A promise below what people think they should get does not lower that.
        customers.desired[dimension, rows] = np.maximum(desired, raised)
        customers.promised[dimension, rows] = level
