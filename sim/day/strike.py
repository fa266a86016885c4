"""Part of step 6: rare critical incidents, what they do to those they strike, and what preventing them costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.incidents import chance_under_load, load_factor, minute_struck
from sim.calendar import MINUTES_PER_DAY
from sim.customers import CUSTOMER
from sim.money import round_half_even, to_minor
from sim.operations.incidents import Hazard
from sim.operations.visits import NEED, by_customers, parts
from sim.scenario.incidents import LoadOfStaff
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def strike(market: Market) -> None:
    """Every incident of the document, one after the other; each strikes a person at most once a day.

    Luck is the same with and without prevention: prevention stops some of the incidents and brings about no other.
    """
    for hazard in market.hazards.all:
        rows, minute, luck = (
            _per_customer(market, hazard) if hazard.incident.per_visit is None else _per_visit(market, hazard)
        )
        stopped = luck[:, 0] < hazard.prevented[minute]
        market.today.add("incidents_prevented", int(np.count_nonzero(stopped)))
        _harm(market, hazard, rows[~stopped], luck[~stopped])
    if market.hazards.cost:
        cost = to_minor(market.hazards.cost, market.document.currency)
        market.ledger.post("prevention", np.array([-cost]))


def _per_customer(market: Market, hazard: Hazard) -> tuple[Integers, Integers, Floats]:
    """Customers for whom it is due today: rows, minutes of the day, luck (k, 3) of prevention, severity, complaint."""
    customers, population = market.customers, market.customers.population
    luck = market.streams.everyone("incident", market.day, population, hazard.name)
    chance = hazard.chance[customers.segment]
    if hazard.incident.load is not None:
        chance = chance_under_load(chance, _load_factor(market, hazard.incident.load)[customers.site])
    due = luck < chance
    rows = np.flatnonzero(due & (customers.status == CUSTOMER))
    course = market.streams.each("course", market.day, population, rows, draws=4, identity=hazard.name)
    return rows, minute_struck(hazard.profile, course[:, 3]), course[:, :3]


def _per_visit(market: Market, hazard: Hazard) -> tuple[Integers, Integers, Floats]:
    """Visitors served today for whom it is due: the same, at the minute at which they came."""
    encounters, customers = market.today.encounters, market.customers
    assert encounters is not None  # step 5 always leaves its encounters
    served = np.flatnonzero(by_customers(encounters.visit) & (encounters.outcome == Outcome.SERVED))
    served = served[np.argsort(encounters.customer[served], kind="stable")]
    visit = parts(encounters.visit[served])
    for_need = visit.kind == NEED
    at_risk = np.full(len(served), hazard.pick_ups)
    at_risk[for_need] = hazard.needs[visit.which[for_need]]
    served = served[at_risk]
    rows = encounters.customer[served]
    minute = (encounters.arrived[served] % MINUTES_PER_DAY).astype(np.int64)
    luck = market.streams.each("course", market.day, customers.population, rows, draws=4, identity=hazard.name)
    chance = hazard.chance[customers.segment[rows]] * hazard.weight[minute]
    if hazard.incident.load is not None:
        chance = chance_under_load(chance, _load_factor(market, hazard.incident.load)[customers.site[rows]])
    due = luck[:, 3] < chance
    return rows[due], minute[due], luck[due, :3]


def _load_factor(market: Market, load: LoadOfStaff) -> Floats:
    """The factor on the hazard at each site, (sites,), from today's load of the station there."""
    encounters, plant = market.today.encounters, market.plant
    assert encounters is not None  # step 5 always leaves its encounters
    pools = plant.pool_of[plant.station_names.index(load.at)]
    staffed, inside = encounters.monitors.staffed_time[pools], encounters.monitors.in_system_time[pools]
    in_hand = np.full(len(pools), np.nan)
    np.divide(inside, staffed, out=in_hand, where=staffed > 0)
    return load_factor(in_hand, comfortable=load.comfortable, elasticity=load.elasticity)


def _harm(market: Market, hazard: Hazard, rows: Integers, luck: Floats) -> None:
    """Satisfaction and trust fall, the failure is remembered, some complain, and it costs money."""
    incident, customers, document = hazard.incident, market.customers, market.document
    market.today.add("incidents", len(rows))
    if not len(rows):
        return
    market.today.befell.append(("incident", hazard.name, rows))
    severity = np.maximum(incident.severity.quantile(luck[:, 1]), 0.0)
    prior = customers.satisfaction[rows]
    customers.satisfaction[rows] = np.maximum(customers.satisfaction[rows] - incident.satisfaction * severity, 0.0)
    customers.trust[rows] = np.maximum(customers.trust[rows] - incident.trust * severity, 0.0)
    customers.failures[rows] += 1.0
    voices = luck[:, 2] < incident.complains
    market.today.add("complaints", int(np.count_nonzero(voices)))
    market.today.struck.append((hazard.name, rows[voices], severity[voices], prior[voices]))
    market.ledger.post(
        "incidents",
        -round_half_even(float(incident.cost) * severity, document.currency),
        customers.segment[rows],
        customers.site[rows],
        rows=rows,
        text=hazard.title,
    )
