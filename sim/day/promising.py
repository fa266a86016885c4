"""Promises heard: from a campaign, a published standard, a call. Expectation moves towards them as far as believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import hear_promise
from sim.levers.campaigns import promised_levels

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario.levers import Campaign


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


def promise_of(market: Market, name: str, campaign: Campaign, rows: NDArray[np.int64]) -> None:
    """`rows` hear what a campaign promises; who is told of its limit and concerned by it believes nothing of it.

    Who is told of no limit hears more where something is kept quiet: of the campaign's promise, of its offers.
    """
    limit = market.limits.get(f"campaigns.{name}")
    hear = rows if limit is None else rows[~limit.warned[rows]]
    promise(market, hear, promised_levels(campaign, market.document))
    if limit is not None and campaign.disclosure is not None:
        unaware = rows[~limit.told[rows]]
        limit.heard[unaware] = True
        promise(market, unaware, campaign.disclosure.promise.values())
    for offer in campaign.announces if market.limits else ():
        quiet = market.limits.get(offer)
        terms = None if quiet is None else market.document.offers[offer].disclosure
        if quiet is not None and terms is not None and not quiet.signed:
            promise(market, rows[~quiet.told[rows]], terms.promise.values())
