"""Part of step 6: gifts are handed to those who came for them, and tasks done today earn claims to new ones.

First come, first served: in the order in which service ended, at each site or over all, while stock and pacing last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.operations.visits import NEED, PICK_UP, VisitNumber
from sim.service.outcome import Outcome
from sim.service.records import Encounters

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def hand_out_gifts(market: Market, encounters: Encounters, kept: Integers, visit: VisitNumber) -> NDArray[np.bool_]:
    """Hand out today's gifts; True for those of the visits `kept` that were served and got none, (k,)."""
    in_vain = np.zeros(len(kept), np.bool_)
    for place, stock in enumerate(market.stocks):
        came = np.flatnonzero(
            (visit.kind == PICK_UP) & (visit.which == place) & (encounters.outcome[kept] == Outcome.SERVED)
        )
        came = came[np.argsort(encounters.ended[kept][came], kind="stable")]
        given = stock.hand_out(encounters.site[kept][came])
        in_vain[came[~given]] = True
        rows = encounters.customer[kept][came]
        _settle_claims(market, place, rows[given], handed=True)
        _settle_claims(market, place, rows[~given], handed=False)
        market.today.add("gifts_handed", int(np.count_nonzero(given)))
        market.today.add("gifts_refused", int(np.count_nonzero(~given)))
    return in_vain


def _settle_claims(market: Market, place: int, rows: Integers, handed: bool) -> None:
    """Each of `rows` uses one claim on this stock, or has tried in vain once more: the first offer that owes one."""
    left = rows
    for offer in market.offers:
        if offer.stock != place or not len(left):
            continue
        owing = offer.owed[left] > 0
        mine, left = left[owing], left[~owing]
        if handed:
            market.today.handed.append((offer.name, place, mine, offer.settle(mine)))
        else:
            offer.tries[mine] += 1
            offer.refused += len(mine)
            offer.give_up(mine[offer.tries[mine] >= market.stocks[place].gifts.tries])


def count_tasks(market: Market, encounters: Encounters, kept: Integers, visit: VisitNumber) -> None:
    """Tasks done today count towards offers that are known, running and open to the customer; enough earn a gift."""
    for running in market.offers:
        task = running.offer.task_count
        if task is None or not running.runs(market.day):
            continue
        counts = np.zeros(len(market.plant.facility.processes), np.bool_)
        for at, process in market.plant.of_task[task.task].items():
            counts[process] = task.at in (None, at)
        done = counts[encounters.process[kept]] & (encounters.outcome[kept] == Outcome.SERVED)
        done &= visit.kind == NEED
        rows = encounters.customer[kept][done]
        audience = market.audiences.members(running.owner, running.offer.audience, rows)
        rows = rows[running.knows[rows] & audience]
        running.progress[rows] += 1.0
        enough = rows[running.progress[rows] >= task.needs]
        running.progress[enough] = 0.0
        running.earn(enough, np.full(len(enough), running.task_face, np.int64), market.day)
