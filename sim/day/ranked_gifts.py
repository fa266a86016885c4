"""Part of step 6: gifts to the first visitors for a task, by their rank, given on the spot at the end of the visit.

Who is served first has the lower rank; customers are counted once. Within a rank each takes the gift they like, or,
where it is gone, another of the same rank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.offers import RunningOffer
from sim.operations.visits import NEED, VisitNumber
from sim.scenario.levers import Rank
from sim.service.outcome import Outcome
from sim.service.records import Encounters

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def hand_out_by_rank(market: Market, encounters: Encounters, kept: Integers, visit: VisitNumber) -> None:
    """Count today's first visits for each offer by rank, and give their gifts."""
    for running in market.offers:
        ranked = running.offer.by_rank
        if ranked is None or not running.runs(market.day):
            continue
        counts = np.isin(encounters.process[kept], list(market.plant.of_task[ranked.task].values()))
        done = np.flatnonzero(counts & (encounters.outcome[kept] == Outcome.SERVED) & (visit.kind == NEED))
        rows = encounters.customer[kept][done]
        new = running.progress[rows] == 0.0
        new &= market.audiences.members(running.owner, running.offer.audience, rows)
        done, rows = done[new], rows[new]
        running.progress[rows] = 1.0
        luck = market.streams.each("gift by rank", market.day, market.customers.population, rows, identity=running.name)
        order = np.argsort(encounters.ended[kept][done], kind="stable")
        first = running.visitors + 1
        running.visitors += len(rows)
        ranks = first + np.arange(len(rows))
        before = 0
        for rank in ranked.ranks.values():
            here = order[(ranks > before) & (ranks <= rank.up_to)]
            before = rank.up_to
            if len(here):
                _give(market, running, rank, rows[here], luck[here, 0])


def _give(market: Market, running: RunningOffer, rank: Rank, rows: Integers, luck: NDArray[np.float64]) -> None:
    """Gifts of one rank to `rows` (k,), in their order: the one each likes best while there are any, else another."""
    stocks = [next(place for place, each in enumerate(market.stocks) if each.name == name) for name in rank.gifts]
    parts = np.array(list(rank.gifts.values()))
    likes = np.searchsorted(np.cumsum(parts)[:-1], luck, side="right")
    got = np.full(len(rows), -1)
    for turn in range(len(stocks)):  # first what each likes; who finds it gone tries the next of the list
        for place, stock in enumerate(stocks):
            asks = np.flatnonzero((got < 0) & ((likes + turn) % len(stocks) == place))
            given = asks[market.stocks[stock].take(len(asks))]
            got[given] = place
    for place, stock in enumerate(stocks):
        mine = np.sort(rows[got == place])
        if len(mine):
            running.handed[mine] += 1
            market.today.handed.append((running.name, stock, mine, np.zeros(len(mine), np.int64)))
    market.today.add("gifts_handed", int(np.count_nonzero(got >= 0)))
    market.today.add("gifts_refused", int(np.count_nonzero(got < 0)))
    running.refused += int(np.count_nonzero(got < 0))
