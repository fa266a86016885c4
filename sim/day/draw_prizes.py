"""Part of step 10: lotteries. Who paid enough draws at the till; prizes go out first come first served.

A draw is one of so many equally likely chances; some of them win a prize, while there are any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.levers.lotteries import draws_for
from sim.levers.offers import RunningOffer
from sim.money import to_minor
from sim.operations.visits import by_customers
from sim.scenario.lotteries import Lottery

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def draw_prizes(market: Market, paying: Integers, paid: Integers) -> None:
    """Every lottery of today, for the purchases at positions `paying` of today's judgement; `paid`, minor units."""
    running = [each for each in market.offers if each.offer.lottery is not None and each.runs(market.day)]
    if not running:
        return
    judged, encounters = market.today.judgement, market.today.encounters
    assert judged is not None  # steps 5 and 6 always leave theirs
    assert encounters is not None
    rows, needs, status = judged.rows[paying], judged.which[paying], judged.status[paying]
    kept = np.flatnonzero(by_customers(encounters.visit))
    ended = encounters.ended[kept[np.argsort(encounters.customer[kept], kind="stable")]][paying]
    for each in running:
        lottery = each.offer.lottery
        assert lottery is not None  # chosen above
        draws = np.minimum(draws_for(lottery, market.document, needs, paid), each.offer.limit - each.earned[rows])
        draws[~market.audiences.members(each.owner, each.offer.audience, rows, status)] = 0
        chosen = np.flatnonzero(draws > 0)
        _hand_over(market, each, lottery, rows[chosen], draws[chosen], ended[chosen])


def _hand_over(
    market: Market, running: RunningOffer, lottery: Lottery, rows: Integers, draws: Integers, ended: NDArray[np.float64]
) -> None:
    """`rows` draw, (k,) times each, in the order in which their visits ended; what they win is posted at its cost."""
    most = max(lottery.draws_at.values())
    luck = market.streams.each("lottery", market.day, market.customers.population, rows, most, running.name)
    edges = np.cumsum([prize.wins for prize in lottery.prizes.values()])
    outcome = np.floor(luck * lottery.chances)
    won = np.searchsorted(edges, outcome, side="right")  # as many as there are prizes: nothing
    won[np.arange(most) >= draws[:, np.newaxis]] = len(edges)
    order = np.argsort(ended, kind="stable")
    customers, short, given_to = market.customers, 0, np.zeros(len(rows), np.int64)
    for place, (name, prize) in enumerate(lottery.prizes.items()):
        wins = np.count_nonzero(won[order] == place, axis=1)
        before = np.cumsum(wins) - wins
        given = np.clip(running.prizes_left[place] - before, 0, wins)
        short += int(wins.sum() - given.sum())
        running.prizes_left[place] -= given.sum()
        running.prizes_given[place] += given.sum()
        winners, given = order[given > 0], given[given > 0]
        given_to[winners] += given
        cost = given * to_minor(prize.cost, market.document.currency)
        running.paid += int(cost.sum())
        market.budget_spent += int(cost.sum())
        market.ledger.post(
            "gifts",
            -cost,
            customers.segment[rows[winners]],
            customers.site[rows[winners]],
            campaign=running.name,
            rows=rows[winners],
            text=f"prize {name} of {running.name}",
        )
    market.today.befell.append(("prize", running.name, np.sort(rows[given_to > 0])))
    running.earned[rows] += draws
    running.handed[rows] += given_to
    running.knows[rows] = True
    running.refused += short
    market.today.add("draws", int(draws.sum()))
    market.today.add("prizes_won", int(given_to.sum()))
    market.today.add("prizes_short", short)
