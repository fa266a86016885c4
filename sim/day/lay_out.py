"""The way each of today's visits will take through its task, laid out with its luck before the facility runs.

Visits of tasks that are done once take the luck they already have; what has to be done again draws more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.service.routes import Routes, lay_out, straight

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def routes_of(market: Market, rows: Integers, process: Integers, service_luck: Floats, identity: str) -> Routes:
    """The routes of k visits of `rows` (customers, rising) through `process` (k,).

    service_luck: uniforms (k, >= steps) for each step's first time; `identity` sets apart draws made on one day
    """
    facility = market.plant.facility
    if not facility.repeats[process].any():
        return straight(facility.processes, process, service_luck)
    population, steps = market.customers.population, facility.max_steps

    def luck(time: int, visits: Integers) -> Floats:
        """The first time, only the verdicts are new; later a service time comes before each."""
        if time:
            name = f"{identity} {time}"
            return market.streams.each("again", market.day, population, rows[visits], draws=2 * steps, identity=name)
        verdicts = market.streams.each("verdict", market.day, population, rows, draws=steps, identity=identity)
        return np.concatenate([service_luck[:, :steps], verdicts], axis=1)

    return lay_out(facility.processes, process, luck)
