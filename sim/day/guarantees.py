"""Part of step 7: guarantees pay out to the visits whose wait broke the standard, whether or not they were served.

The payment counts as compensation for a failure of process; it reaches the customer on the day the wait ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import recovery
from sim.day.amends import make_amends
from sim.money import times
from sim.operations.visits import CASE, parts

if TYPE_CHECKING:
    from sim.market import Market


def pay_guarantees(market: Market) -> None:
    """Pay, post and please: everyone whose wait in a queue of the standard's station was longer than it allows."""
    rules, encounters, customers = market.case_rules, market.today.encounters, market.customers
    if rules is None or not rules.recovery.guarantees:
        return
    assert encounters is not None  # step 5 always leaves its encounters
    joins, visit = encounters.joins, parts(encounters.joins.visit)
    station = market.plant.facility.station_of_pool[joins.pool]
    given = np.zeros(len(customers))
    for name, guarantee in rules.recovery.guarantees.items():
        standard = market.document.service.standards[guarantee.standard]
        here = (visit.kind < CASE) & (station == market.plant.station_names.index(standard.station))
        rows = np.sort(visit.row[here & (joins.wait > standard.at_most)])
        if not len(rows):
            continue
        given += np.bincount(rows, minlength=len(customers)) * float(guarantee.pays)
        amounts = times(guarantee.pays, np.ones(len(rows), np.int64), market.document.currency)
        segment, site = customers.segment[rows], customers.site[rows]
        market.ledger.post("guarantees", -amounts, segment, site, rows=rows, text=f"paid under the guarantee {name}")
        market.today.add("guarantee_payouts", len(rows))
    rows = np.flatnonzero(given)
    if len(rows):
        _please(market, rows, np.minimum(given[rows] / rules.full_compensation, 1.0))


def _please(market: Market, rows: NDArray[np.int64], share: NDArray[np.float64]) -> None:
    judged, customers = market.today.judgement, market.customers
    assert judged is not None  # step 6 always leaves its judgement
    prior = customers.satisfaction[rows]  # of those still inside at midnight nothing has been lost yet
    ended = np.isin(rows, judged.rows, assume_unique=True)
    prior[ended] = judged.before[np.searchsorted(judged.rows, rows[ended])]
    resources = np.zeros((len(recovery.RESOURCES), len(rows)))
    resources[recovery.RESOURCES.index("compensation")] = share
    failure = np.full(len(rows), recovery.FAILURES.index("process"), np.int64)
    make_amends(market, rows, prior, failure, resources, np.zeros(len(rows), np.bool_))
