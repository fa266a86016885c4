"""The call centre of L'Ecuyer's SSJ examples found again: a thirteen-hour day, agents by the hour, busier and quieter
days, patience that is zero for one caller in ten, calls finished when a shift ends, the queue served after closing.
Published for 10,000 days: 1660.37 calls a day (sd 93.62), mean wait 4.713 s, 92.5 % within 20 s, 2.0 % abandoned.
"""

import numpy as np
import pytest

from sim.distributions import Exponential
from sim.service.facility import advance
from sim.service.outcome import Outcome
from sim.service.records import FacilityState
from tests.facility_cases import one_station, roster, visits

HOUR = 60.0
OPENS, CLOSES = 8 * HOUR, 21 * HOUR
AGENTS = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
CALLS = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
BUSYNESS = 400.0
"""Shape and rate of the gamma factor of a day."""

DAYS = 120
BETWEEN_DAYS = {"calls": 93.62, "wait": 2.07, "in_time": 0.039, "abandoned": 0.0066}
"""Standard deviations of one day's statistic: of calls as published, of the others from the 90 % intervals of a re-run
over 8,000 days (mean wait ± 0.038 s, share in time ± 0.00072, abandoned ± 0.00012)."""


def test_call_centre_day_has_its_published_service() -> None:
    luck = np.random.default_rng(2005)
    facility = one_station(Exponential(mean=100 / 60))
    patience = Exponential(mean=1000 / 60, at_zero=0.1)
    state = FacilityState.empty(facility)
    totals = np.zeros(4)
    for day in range(DAYS):
        midnight = 1440.0 * day
        calls = luck.poisson(np.array(CALLS) * luck.gamma(BUSYNESS, 1 / BUSYNESS))
        hours = np.repeat(np.arange(13), calls)
        at = midnight + OPENS + HOUR * (hours + luck.random(len(hours)))
        arrivals = visits(
            at,
            luck.random((len(at), 1)),
            facility=facility,
            patience=patience.quantile(luck.random(len(at))),
            first_visit=10_000 * day,
        )
        shifts = [(midnight + OPENS + HOUR * hour, 0, agents) for hour, agents in enumerate(AGENTS)]
        lines = roster(
            staff=[*shifts, (midnight + CLOSES, 0, 0)],
            doors=[(midnight + OPENS, 0, True), (midnight + CLOSES, 0, False)],
        )
        state, met = advance(facility, state, arrivals, lines, midnight + 1440)
        assert len(state.visits) == 0
        wait = met.wait * 60
        reneged = met.outcome == Outcome.RENEGED
        totals += np.array([len(met), wait.sum(), np.count_nonzero(wait < 20), np.count_nonzero(reneged)], np.float64)

    # The published statistics divide by the calls expected, 1660 a day, not by those that came.
    per_day = totals / DAYS
    found = dict(zip(BETWEEN_DAYS, [per_day[0], *(per_day[1:] / sum(CALLS))], strict=True))
    published = {"calls": 1660.37, "wait": 4.713, "in_time": 0.925, "abandoned": 0.02006}
    for name, truth in published.items():
        assert found[name] == pytest.approx(truth, abs=4 * BETWEEN_DAYS[name] / np.sqrt(DAYS)), name
