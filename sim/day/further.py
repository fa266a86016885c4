"""Further needs on the day: laid on top of visits in step 4; counted, paid and felt in step 6, when a visit ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.satisfaction import cumulative
from sim.needs.further import DRAWS, NO_NEED
from sim.service.outcome import Outcome
from sim.service.routes import Routes

if TYPE_CHECKING:
    from sim.market import Market

Integers = NDArray[np.int64]


def with_further_needs(
    market: Market, rows: Integers, numbers: Integers, needs: Integers, process: Integers, routes: Routes
) -> Routes:
    """The routes of today's visits for needs, with what may follow them; the visits concerned are remembered."""
    further = market.further_needs
    if further is None:
        return routes
    luck = market.streams.each("further need", market.day, market.customers.population, rows, draws=DRAWS)
    routes, concerned = further.laid_out(numbers, needs, process, routes, luck, market.today.weekday)
    market.further = market.further.joined_by(concerned)
    return routes


def settle_further_needs(market: Market) -> None:
    """Of the visits that ended today: who was spoken to, who transacted and paid, and how it was taken."""
    further, encounters = market.further_needs, market.today.encounters
    assert encounters is not None  # step 5 always leaves its encounters
    if further is None:
        return
    known = market.further
    place = np.searchsorted(known.visit, encounters.visit)
    found = place < len(known)
    found[found] = known.visit[place[found]] == encounters.visit[found]
    ended = np.flatnonzero(found)
    # In the order of customers: one visit a person and day.
    ended = ended[np.argsort(encounters.customer[ended], kind="stable")]
    here, beyond = known.take(place[ended]), encounters.beyond[ended]
    done = encounters.outcome[ended] == Outcome.SERVED
    rows = encounters.customer[ended]
    spoken = here.asked & (beyond >= 1)
    transacted = (here.voiced & (beyond >= 1)) | (here.agrees & here.asked & (beyond >= 2))
    has = (here.which != NO_NEED) & done
    numbers = {
        "further_needs": has,
        "further_needs_voiced": here.voiced & done,
        "approaches": spoken,
        "approaches_unwanted": spoken & (here.which == NO_NEED),
        "approaches_wanted": spoken & (here.which != NO_NEED),
        "approaches_agreed": spoken & transacted,
        "approaches_nobody_free": here.asked & done & (beyond == 0),
        "further_needs_met": transacted,
        "further_needs_given_up": done & ~transacted & (here.voiced | (spoken & here.agrees)),
    }
    for name, flags in numbers.items():
        market.today.add(name, int(np.count_nonzero(flags)))
    market.today.befell.append(("spoken to", "", rows[spoken]))
    for number, name in enumerate(further.names):
        of_need = here.which == number
        market.today.befell.append(("further need met", name, rows[of_need & transacted]))
    _pay(market, rows[transacted], here.which[transacted])
    if further.approaching is not None:
        terms = further.approaching
        score = np.where(here.which[spoken] == NO_NEED, terms.unwanted, terms.welcome)
        satisfaction = market.customers.satisfaction
        satisfaction[rows[spoken]] = cumulative(
            previous=satisfaction[rows[spoken]], transaction=score, recency=terms.weight
        )
    left = np.ones(len(known), np.bool_)
    left[place[found]] = False
    market.further = known.take(left)


def _pay(market: Market, rows: Integers, which: Integers) -> None:
    further, customers = market.further_needs, market.customers
    assert further is not None  # asked where there are further needs only
    segment, site = customers.segment[rows], customers.site[rows]
    names = [further.names[each] for each in which.tolist()]
    prices, costs = further.prices[which], further.costs[which]
    market.ledger.post("needs", prices, segment, site, rows=rows, text=lambda visit: f"{names[visit]} paid")
    market.ledger.post("serving", -costs, segment, site, rows=rows, text=lambda visit: f"{names[visit]} served")


def further_transactions(market: Market, served: float) -> dict[str, float]:
    """What the visits of a day came to in transactions, where visitors may have further needs."""
    if market.further_needs is None:
        return {}
    return {"transactions": served + market.today.numbers.get("further_needs_met", 0.0)}
