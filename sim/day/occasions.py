"""Part of step 2: whom the staff owe a call today for what happened yesterday, a visit or an answer to a complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.operations.visits import NEED
from sim.scenario.outreach import Outreach

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def occasions_of(market: Market, name: str, terms: Outreach) -> Integers:
    """Rows, rising, for whom a contact of this programme falls due by what day it is or what happened yesterday."""
    if terms.festivals is not None:
        begun = any(market.day in market.festivals.begins[each] for each in terms.festivals)
        return np.arange(len(market.customers) if begun else 0)
    if terms.birthdays:
        return market.festivals.born_on(market.calendar.date_of(market.day))
    yesterday = market.yesterday
    if terms.after is None or yesterday is None:
        return np.zeros(0, np.int64)
    if terms.after == "visit":
        judged = yesterday.judgement
        assert judged is not None  # step 6 always leaves its judgement
        served = (judged.kind == NEED) & ~judged.lost
        if terms.tasks is not None:
            wanted = [need.task in terms.tasks for need in market.document.market.needs.values()]
            served[served] = np.array(wanted, np.bool_)[judged.which[served]]
        rows = judged.rows[served]
    elif terms.after == "script":
        assert terms.of is not None  # the document sees to it
        state = market.scripts[terms.of]
        rows = np.flatnonzero((state.agreed == market.day - 1) | (state.decides == market.day))
    else:
        answered = [news.rows for news in yesterday.case_news if news.word in ("resolved", "refused")]
        rows = np.unique(np.concatenate([np.zeros(0, np.int64), *answered]))
    if terms.share < 1.0:
        luck = market.streams.each("call-back", market.day, market.customers.population, rows, identity=name)
        return np.asarray(rows[luck[:, 0] < terms.share])
    return np.asarray(rows)
