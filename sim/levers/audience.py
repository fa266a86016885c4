"""Who a campaign speaks to or an offer is open to, as a mask over the customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER, Customers
from sim.scenario.document import Document
from sim.scenario.levers import Audience


def members(audience: Audience, document: Document, customers: Customers) -> NDArray[np.bool_]:
    """True for everyone the audience holds today, (n,)."""
    mask = np.ones(len(customers), np.bool_)
    if audience.segments is not None:
        names = list(document.market.segments)
        mask &= np.isin(customers.segment, [names.index(name) for name in audience.segments])
    if audience.tiers is not None:
        mask &= np.isin(customers.tier, [document.market.tiers.index(name) for name in audience.tiers])
    if audience.customers == "customers":
        mask &= customers.status == CUSTOMER
    elif audience.customers == "prospects":
        mask &= customers.status != CUSTOMER
    return mask
