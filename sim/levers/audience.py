"""Who a campaign speaks to or an offer is open to, as a mask over the customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER, PROSPECT, Customers
from sim.scenario.document import Document
from sim.scenario.levers import Audience


def members(
    audience: Audience,
    document: Document,
    customers: Customers,
    rows: NDArray[np.int64],
    status: NDArray[np.int8] | None = None,
) -> NDArray[np.bool_]:
    """True for each of `rows` the audience holds, (k,): by their `status` at the time, today's where left out."""
    status = customers.status[rows] if status is None else status
    mask = np.ones(len(rows), np.bool_)
    if audience.segments is not None:
        named = np.array([name in audience.segments for name in document.market.segments])
        mask &= named[customers.segment[rows]]
    if audience.tiers is not None:
        named = np.array([*(name in audience.tiers for name in document.market.tiers), False])
        mask &= named[customers.tier[rows]]  # the last entry is for those without a tier
    if audience.customers == "customers":
        mask &= status == CUSTOMER
    elif audience.customers == "prospects":
        mask &= status != CUSTOMER
    elif audience.customers == "newcomers":
        mask &= status == PROSPECT
    return mask
