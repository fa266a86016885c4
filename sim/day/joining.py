"""People become customers in step 8: by a need served, adoption, a membership, a funnel, or brought by a friend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.customers import CUSTOMER
from sim.day.refer import credit_invitations

if TYPE_CHECKING:
    from sim.market import Market

WAYS: Final = ("need", "adoption", "membership", "funnel", "invitation")


def join(market: Market, rows: NDArray[np.int64], way: str) -> None:
    """Those of `rows` who are no customers become so today; `way` is one of `WAYS`."""
    customers = market.customers
    new = rows[customers.status[rows] != CUSTOMER]
    customers.status[new] = CUSTOMER
    customers.aware[new] = True
    customers.joined[new] = market.day
    market.today.joined.append((way, new))
    market.today.add("acquired", len(new))


def count_joined(market: Market) -> None:
    """Count the day's new customers by how they came; who was invited came by a friend, whatever the occasion."""
    counts = dict.fromkeys(WAYS, 0)
    for way, rows in market.today.joined:
        brought = credit_invitations(market, rows) if market.referrals else 0
        counts["invitation"] += brought
        counts[way] += len(rows) - brought
    for way, count in counts.items():
        market.today.add(f"joined_by_{way}", count)
