"""Part of step 10: rewards earned today are paid for, at what they cost the firm."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from sim.measurement.rewards import reward_column
from sim.money import multiplied

if TYPE_CHECKING:
    from sim.market import Market


def pay_rewards(market: Market) -> None:
    """Each reward once, at its cost, for the offer that gives it."""
    customers = market.customers
    for offer, reward, rows, face, since in market.today.earned:
        running = next(each for each in market.offers if each.name == offer)
        terms = running.offer.cumulative
        assert terms is not None  # only such offers give rewards
        cost = multiplied(np.full(len(rows), face, np.int64), Decimal(str(terms.cost)))
        running.earned[rows] += 1
        running.handed[rows] += 1
        running.paid += int(cost.sum())
        market.budget_spent += int(cost.sum())
        market.purse.later.pay(offer, market.day, since, cost)
        market.today.add("rewards_earned", len(rows))
        market.today.add(reward_column(offer, reward), len(rows))
        market.ledger.post(
            "rewards",
            -cost,
            customers.segment[rows],
            customers.site[rows],
            campaign=offer,
            rows=rows,
            text=f"reward {reward} of {offer}",
        )
