"""Reviews in the day: found in step 3, read before a choice in step 4, written and answered in step 9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import reviews as science
from sim.behaviour.word_of_mouth import talk_rate
from sim.customers import CUSTOMER
from sim.money import times
from sim.operations.visits import NEED

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_BAD = 3.0  # stars, and below


def find_reviews(market: Market) -> None:
    """Time takes from the stock; some who did not know of the firm come upon what is left."""
    terms, stock = market.document.reviews, market.reviews
    if terms is None or stock is None:
        return
    stock.fade(terms.half_life)
    reading, customers = terms.reading, market.customers
    rate = reading.found * science.saturation(stock.number, half=reading.half)
    if not rate:
        return
    luck = market.streams.everyone("reviews found", market.day, customers.population)
    found = np.flatnonzero((luck < -np.expm1(-rate)) & ~customers.aware)
    customers.aware[found] = True
    market.today.add("found_by_reviews", len(found))


def read_reviews(market: Market, rows: Integers) -> Floats:
    """What reading reviews adds to the firm's utility for each of `rows`, who choose today, (k,).

    Those who read are people who know the firm and are no customers; what they think they will get moves as well.
    """
    terms, stock, customers = market.document.reviews, market.reviews, market.customers
    added = np.zeros(len(rows))
    if terms is None or stock is None or not stock.number:
        return added
    reading = terms.reading
    luck = market.streams.each("reviews read", market.day, customers.population, rows)[:, 0]
    reads = (luck < reading.reads) & customers.aware[rows] & (customers.status[rows] != CUSTOMER)
    market.today.add("reviews_read", int(np.count_nonzero(reads)))
    who, told = rows[reads], science.quality_told(stock.rating)
    for expectation in (customers.will, customers.will_unpromised):
        before = expectation.take(who, axis=1)
        expectation[:, who] = before + reading.expectation * (told - before)
    added[reads] = science.reading_utility(
        number=stock.number,
        rating=stock.rating,
        usual=reading.usual,
        half=reading.half,
        per_star=reading.rating,
        volume=reading.volume,
    )
    return added


def write_reviews(market: Market) -> None:
    """Some of today's visitors write, more the further they are from indifferent; the firm rewards and answers."""
    terms, stock, judged = market.document.reviews, market.reviews, market.today.judgement
    if terms is None or stock is None:
        return
    assert judged is not None  # step 6 always leaves its judgement
    visited = np.flatnonzero(judged.kind == NEED)
    if terms.posting.needs:
        written_of = np.array([name in terms.posting.needs for name in market.document.market.needs], np.bool_)
        visited = visited[written_of[judged.which[visited]]]
    rows, satisfaction = judged.rows[visited], judged.satisfaction[visited]
    posting, incentive, replies = terms.posting, terms.incentive, terms.replies
    chance = talk_rate(
        satisfaction, neutral=posting.neutral, base=posting.base, delight=posting.delight, anger=posting.anger
    )
    luck = market.streams.each("review", market.day, market.customers.population, rows, draws=2)
    writes = luck[:, 0] < chance * (1.0 if incentive is None else incentive.raises)
    stars = science.stars(satisfaction[writes])
    lifted = stars + (0.0 if incentive is None else incentive.lifts)
    answered = np.zeros(len(stars), np.bool_)
    if replies is not None:
        answered = (stars <= _BAD) & (luck[writes, 1] < replies.share)
        lifted[answered] += replies.lifts
    stock.add(np.minimum(lifted, science.MOST))
    market.today.add("reviews_written", len(stars))
    market.today.add("reviews_answered", int(np.count_nonzero(answered)))
    market.today.befell.append(("wrote a review", "", rows[writes]))
    currency, cost = market.document.currency, 0
    if incentive is not None:
        cost += int(times(incentive.reward, np.array([len(stars)]), currency)[0])
    if replies is not None:
        cost += int(times(replies.cost, np.array([np.count_nonzero(answered)]), currency)[0])
    if cost:
        market.ledger.post("reviews", np.array([-cost]))
        market.budget_spent += cost
