"""Part of step 4: purchases customers make elsewhere with the firm's product, and what spending offers do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.usage import usage
from sim.customers import CUSTOMER
from sim.levers.offers import RunningOffer
from sim.scenario.market import Spending

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def spend(market: Market, spending: Spending) -> None:
    """At most one receipt a customer and day, of a Poisson rate; amounts from their distribution and the person's own.

    Someone who knows of a spending offer may raise a receipt that lies close below a threshold to the threshold; and
    whoever is near a reward for what they buy in all buys sooner.
    """
    customers, population, pursuit = market.customers, market.customers.population, market.pursuit
    luck = market.streams.everyone("receipt", market.day, population)
    chance = -np.expm1(-spending.rate)
    effort = None if pursuit is None else pursuit.effort(market)
    if effort is None:
        rows = np.flatnonzero((luck < chance) & (customers.status == CUSTOMER))
        extra = np.zeros(len(rows), np.bool_)
        share = luck[rows] / chance
    else:
        higher = -np.expm1(-spending.rate * effort)
        rows = np.flatnonzero((luck < higher) & (customers.status == CUSTOMER))
        luck, higher = luck[rows], higher[rows]
        # Below the usual chance all is as without the pull; what lies between the two chances comes because of it.
        extra = luck >= chance
        share = np.where(extra, (luck - chance) / np.where(extra, higher - chance, 1.0), luck / chance)
    # Among those who spend, luck over chance is again uniform: it says how much.
    amounts = np.maximum(spending.amount.quantile(share) * customers.spend[rows], 0.0)
    form = market.document.behaviour.usage
    if form != "none":
        amounts *= usage(satisfaction=customers.satisfaction[rows], neutral=form.neutral, rise=form.satisfaction)
    offered = [each for each in market.offers if each.offer.spend_steps is not None and each.runs(market.day)]
    if offered:
        luck = market.streams.each("response", market.day, population, rows)[:, 0]
        for running in offered:
            amounts = _raised(market, running, rows, amounts, luck)
    if pursuit is not None:
        rows, amounts = pursuit.bought(market, rows, amounts, extra)
    market.today.receipts = rows, amounts
    for running in offered:
        _count(market, running, rows, amounts)


def _eligible(market: Market, running: RunningOffer, rows: Integers) -> NDArray[np.bool_]:
    audience = market.audiences.members(running.owner, running.offer.audience, rows)
    return np.asarray(audience & (running.earned[rows] < running.offer.limit))


def _raised(market: Market, running: RunningOffer, rows: Integers, amounts: Floats, luck: Floats) -> Floats:
    steps = running.offer.spend_steps
    assert steps is not None  # called for spending offers only
    so_far = running.progress[rows] if steps.counts == "whole campaign" else 0.0
    place = np.searchsorted(running.thresholds, so_far + amounts, side="right")
    below = place < len(running.thresholds)
    goal = running.thresholds[np.minimum(place, len(running.thresholds) - 1)] - so_far
    near = amounts >= (1.0 - steps.within) * goal
    moved = below & near & running.knows[rows] & _eligible(market, running, rows) & (luck < steps.response)
    return np.where(moved, goal, amounts)


def _count(market: Market, running: RunningOffer, rows: Integers, amounts: Floats) -> None:
    """What today's receipts earn. One receipt a day makes a receipt and a day the same; a campaign's sum is kept."""
    steps = running.offer.spend_steps
    assert steps is not None  # called for spending offers only
    if steps.counts == "whole campaign":
        running.progress[rows] += amounts
        if market.day == running.last:
            everyone = np.flatnonzero(running.progress >= running.thresholds[0])
            everyone = everyone[_eligible(market, running, everyone)]
            running.earn(everyone, running.face_for(running.progress[everyone]), market.day)
        return
    earned = (amounts >= running.thresholds[0]) & _eligible(market, running, rows)
    running.earn(rows[earned], running.face_for(amounts[earned]), market.day)
