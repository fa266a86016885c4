"""Part of step 6: the day's lots, what gates find, and what the rest does to the visits made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.money import digits, multiplied, to_minor
from sim.operations.visits import NEED, VisitNumber
from sim.scenario.evenings import ends

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]


def use_supplies(market: Market, visit: VisitNumber, right: Floats | float) -> Floats | float:
    """The chance that each visit (k,) is done right, `right` without regard to supplies, with those of today."""
    supply = market.document.service.supply
    if supply is None:
        return right
    suppliers, today, currency = market.suppliers, market.today, market.document.currency
    delivered = suppliers.deliver(supply, market.streams, market.day)
    today.add("lots", delivered.lots)
    today.add("lots_bad", delivered.bad)
    today.add("lots_found_bad", delivered.found)
    today.add("lots_used_bad", delivered.bad - delivered.found)
    cost = to_minor(supply.replacement, currency) * delivered.found
    for gate, lots in zip(supply.gates.values(), delivered.checked, strict=True):
        cost += int(multiplied(np.array([lots]), gate.cost * 10 ** digits(currency))[0])
    if cost:
        market.ledger.post("supply", np.array([-cost]))
    _mark(market)
    made_of_it = np.ones(len(visit.kind), np.bool_)
    if supply.tasks:
        chosen = np.array([need.task in supply.tasks for need in market.demand.needs], np.bool_)
        made_of_it = (visit.kind == NEED) & chosen[np.where(visit.kind == NEED, visit.which, 0)]
    return np.where(made_of_it, right * (1.0 - supply.spoils * delivered.used_bad), right)


def _mark(market: Market) -> None:
    supply = market.document.service.supply
    scores = None if supply is None else supply.scores
    if scores is None or not ends(market.calendar.date_of(market.day), scores.every):
        return
    before = int(np.count_nonzero(market.suppliers.active))
    marks = market.suppliers.mark(scores, market.streams, market.day)
    market.today.add("suppliers_out", before - int(np.count_nonzero(market.suppliers.active)))
    for name, mark in zip(market.suppliers.names, marks.tolist(), strict=True):
        if mark == mark:  # who delivered nothing has no mark
            market.today.add(f"marks_{name}", mark)
            market.today.add(f"marked_{name}", 1)
