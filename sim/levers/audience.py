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
        names = list(document.market.segments)
        mask &= np.isin(customers.segment[rows], [names.index(name) for name in audience.segments])
    if audience.tiers is not None:
        mask &= np.isin(customers.tier[rows], [document.market.tiers.index(name) for name in audience.tiers])
    if audience.customers == "customers":
        mask &= status == CUSTOMER
    elif audience.customers == "prospects":
        mask &= status != CUSTOMER
    elif audience.customers == "newcomers":
        mask &= status == PROSPECT
    return mask
