"""Who a campaign speaks to or an offer is open to, as a mask over the customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER, Customers
from sim.scenario.document import Document
from sim.scenario.levers import Audience


def members(audience: Audience, document: Document, customers: Customers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True for each of `rows` the audience holds today, (k,)."""
    mask = np.ones(len(rows), np.bool_)
    if audience.segments is not None:
        names = list(document.market.segments)
        mask &= np.isin(customers.segment[rows], [names.index(name) for name in audience.segments])
    if audience.tiers is not None:
        mask &= np.isin(customers.tier[rows], [document.market.tiers.index(name) for name in audience.tiers])
    if audience.customers == "customers":
        mask &= customers.status[rows] == CUSTOMER
    elif audience.customers == "prospects":
        mask &= customers.status[rows] != CUSTOMER
    return mask
