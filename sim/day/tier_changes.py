"""Tiers that change: reviewed in step 1, approved by the staff in step 5, acting from step 8 or at once.

An approval is work of the firm, not a visit: the customer neither waits for it nor judges it, and feels it by the tier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.status import status_change
from sim.calendar import MINUTES_PER_DAY
from sim.customers import CUSTOMER
from sim.day.lay_out import routes_of
from sim.levers.tiers import NOTHING
from sim.operations.visits import TIER, number, parts
from sim.service.outcome import Outcome
from sim.today import Visits

if TYPE_CHECKING:
    from sim.market import Market

IDENTITY = "change of tier"


def review_tiers(market: Market) -> None:
    """On a day of review settle who is due which tier; what needs no approval acts from opening."""
    reviews = market.tier_reviews
    if reviews is None:
        return
    reviews.open_day(market.day, market.audiences, market.customers)
    _change(market, reviews.acting_at_once())


def with_approvals(market: Market, visits: Visits) -> Visits:
    """Add the changes that wait for approval, from the opening of the first station that has to do with them."""
    reviews = market.tier_reviews
    if reviews is None or reviews.review.through is None:
        return visits
    rows = reviews.waiting()
    process = next(iter(market.plant.of_task[reviews.review.through].values()))
    shift = market.plant.shifts[market.plant.first_station[process]][market.today.weekday]
    if shift is None or not len(rows):
        return visits
    reviews.under_way[rows] = True
    steps, population = market.plant.facility.max_steps, market.customers.population
    luck = market.streams.each("service", market.day, population, rows, draws=steps, identity=IDENTITY)
    processes, forever = np.full(len(rows), process, np.int64), np.full(len(rows), np.inf)
    opens = np.full(len(rows), market.day * MINUTES_PER_DAY + shift.opens)
    routes = routes_of(market, rows, processes, luck, IDENTITY)
    return visits.followed_by(
        Visits(rows, number(market.day, TIER, 0, rows), processes, opens, forever, forever, routes)
    )


def change_tiers(market: Market) -> None:
    """Changes approved today act; what got lost on the way is tried again."""
    reviews, encounters = market.tier_reviews, market.today.encounters
    if reviews is None:
        return
    assert encounters is not None  # step 5 always leaves its encounters
    visit = parts(encounters.visit)
    ended = visit.kind == TIER
    reviews.under_way[visit.row[ended]] = False
    _change(market, np.sort(visit.row[ended & (encounters.outcome == int(Outcome.SERVED))]))
    own = market.customers.status == CUSTOMER
    tier = market.customers.tier
    market.today.add("wrong_tier", int(np.count_nonzero(own & (reviews.due != tier))))
    names = market.document.market.tiers
    members = np.bincount(tier[own].astype(np.int64) + 1, minlength=len(names) + 1).tolist()
    for place, name in enumerate(names):
        market.today.add(f"members_of_{name}", members[place + 1])


def _change(market: Market, rows: NDArray[np.int64]) -> None:
    """`rows` get the tier asked for; who left the firm meanwhile keeps the old one."""
    reviews, customers = market.tier_reviews, market.customers
    assert reviews is not None  # asked of reviews only
    own = rows[customers.status[rows] == CUSTOMER]
    before, after = customers.tier[own].astype(np.int64), reviews.asked[own].astype(np.int64)
    places = len(market.document.market.tiers)
    # The first tier is the highest, and no tier is the lowest.
    rank_before, rank_after = np.where(before < 0, places, before), np.where(after < 0, places, after)
    market.today.add("tiers_raised", int(np.count_nonzero(rank_after < rank_before)))
    market.today.add("tiers_lowered", int(np.count_nonzero(rank_after > rank_before)))
    market.today.add("tier_changes", len(own))
    market.today.add("days_to_change_tier_sum", float((market.day - reviews.asked_on[own]).sum()))
    feeling = market.document.behaviour.status
    if feeling != "none":
        step = status_change(before=rank_before, after=rank_after, gain=feeling.gain, loss=feeling.loss)
        customers.satisfaction[own] = np.clip(customers.satisfaction[own] + step, 0.0, 100.0)
    customers.tier[own] = reviews.asked[own]
    reviews.asked[rows] = NOTHING
