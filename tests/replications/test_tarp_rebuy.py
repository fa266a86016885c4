"""TARP's table of rebuying after a problem, through the market: failure, voice or silence, answer, satisfaction, stay.

What is compared. Everyone has the same problem on the first day; half complain, by one of two channels, one answered
the next day, one after a week; 60 % of the cases are put right. The effects of putting right and of speed, in
satisfaction points, are set to the differences of TARP's log-odds of rebuying, the hazard of leaving to its silent
customers. So the table's numbers for complaints resolved and resolved quickly are inputs; what is tested is that the
market's mechanisms (logit of voice, channels, staff, matrix, hazard) carry them through, and that the decision tree
with the market's own shares gives the market's own retention.

Everybody here is equally loyal and nobody walks out, so with the second loss at zero complainers who got nothing buy
again as often as the silent. TARP's buy again more often (46 % against 37 %); where that comes from is in
`test_tarp_fitted.py`. Tolerances: four binomial standard deviations.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.behaviour.complaint import retention_after_failure
from sim.customers import CUSTOMER, LEFT
from sim.market import Market
from sim.scenario.document import Document
from tests.behaviour.recovery_worlds import CHANNEL, world

pytestmark = pytest.mark.slow

# Goodman: would buy again of the silent, resolved, resolved quickly (theory: minor and major losses).
TARP = {"minor": (0.37, 0.70, 0.95), "major": (0.09, 0.54, 0.82)}
CUSTOMERS = 20_000
ANSWERED = 12  # days after which every case is closed
SLOPE = 0.1  # log-odds of leaving per satisfaction point


def log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def problem(loss: str) -> Document:
    """Who comes on the first day is failed; from day `ANSWERED` on the hazard acts, for 30 days."""
    silent, resolved, quickly = TARP[loss]
    right = (log_odds(resolved) - log_odds(silent)) / SLOPE
    speed = (log_odds(quickly) - log_odds(resolved)) / SLOPE
    matrix = {"compensation": right, "speed": speed, "apology": 0, "initiative": 0}
    leaving = {
        "form": "hazard", "intercept": -60, "satisfaction_mean": 50, "satisfaction_sd": 10,
        "satisfaction": -10 * SLOPE, "failures": 0, "tenure": 0, "switching_cost": 0, "involuntary": 0,
    }  # fmt: skip
    recovery = {
        "channels": {
            "phone": {**CHANNEL, "share": 0.5, "resolves": 0.6},
            "letter": {**CHANNEL, "share": 0.5, "resolves": 0.6, "at": "post"},
        },
        "puts_right": 1,
    }
    return world(
        recovery,
        days=ANSWERED + 30,
        customers=CUSTOMERS,
        needs={"rate": "0.2 per day"},
        desk={"days": None},
        service={
            "stations": {
                "counter": {"staff": "unlimited", "open": "09:00-17:00"},
                "desk": {"staff": "unlimited", "open": "09:00-17:00"},
                # The first day is a Monday: letters of Monday are opened on the next, when they are no longer quick.
                "post": {"staff": "unlimited", "open": "09:00-17:00", "days": ["monday"]},
            }
        },
        behaviour={
            "complaining": {"voice": 0, "voice_severity": 0, "voice_loyalty": 0, "voice_success": 0, "voice_cost": 0,
                            "exit": -60},
            "recovering": {"outcome": matrix, "process": matrix, "loss": 0, "paradox": 0, "mends": 0},
            "satisfaction": {"form": "asymmetric-disconfirmation"},
            "recency": 1,
            "leaving": leaving,
        },
        changes={
            # Problems arise on the first day only.
            "no_more": {"from": "2026-06-02", "set": {"market.needs.errand.rate": "0 per day"}},
            "now": {"from": f"2026-06-{ANSWERED + 1}", "set": {"behaviour.leaving.intercept": 0}},
        },
    )  # fmt: skip


@pytest.mark.parametrize("loss", ["minor", "major"])
def test_the_market_keeps_customers_as_tarp_found_it(loss: str) -> None:
    silent, resolved, quickly = TARP[loss]
    market = Market(problem(loss))
    market.step()
    judged = market.today.judgement
    assert judged is not None
    rows = judged.rows
    # Satisfaction is the same for all of them, so one intercept gives the silent their rate.
    left = np.unique(np.round(market.customers.satisfaction[rows], 9))
    assert len(left) == 1
    channel = dict(zip(market.cases.rows.tolist(), market.cases.stage.tolist(), strict=True))
    fate = dict.fromkeys(rows.tolist(), "silent")
    intercept = -log_odds(silent) + SLOPE * (float(left[0]) - 50.0)
    stage = market.stages[ANSWERED]
    behaviour = stage.behaviour
    leaving = behaviour.leaving.model_copy(update={"intercept": intercept})
    market.stages[ANSWERED] = stage.model_copy(update={"behaviour": behaviour.model_copy(update={"leaving": leaving})})
    while market.day < market.calendar.days:
        market.step()
        for news in market.today.case_news:
            for row in news.rows.tolist():
                fate[row] = {"refused": "refused", "resolved": "quickly" if channel[row] == 0 else "resolved"}[
                    news.word
                ]
    status = market.customers.status[rows]
    assert set(np.unique(status)) == {CUSTOMER, LEFT}
    kept = status == CUSTOMER
    fates = np.array([fate[row] for row in rows.tolist()])
    expected = {"silent": silent, "refused": silent, "resolved": resolved, "quickly": quickly}
    for name, share in expected.items():
        among = kept[fates == name]
        assert len(among) > 200, name
        assert float(among.mean()) == pytest.approx(share, abs=4 * (share * (1 - share) / len(among)) ** 0.5), name
    complained = fates != "silent"
    outcomes = ("refused", "resolved", "quickly")
    shares = np.array([float((fates[complained] == name).mean()) for name in outcomes])
    assert float(complained.mean()) == pytest.approx(0.5, abs=4 * (0.25 / len(rows)) ** 0.5)
    assert shares == pytest.approx([0.4, 0.3, 0.3], abs=4 * (0.24 / int(complained.sum())) ** 0.5)
    tree = retention_after_failure(
        complaint_rate=float(complained.mean()),
        silent_rebuy=silent,
        outcome_shares=shares,
        outcome_rebuy=np.array([expected[name] for name in outcomes]),
    )
    assert float(kept.mean()) == pytest.approx(float(tree), abs=4 * (0.25 / len(rows)) ** 0.5)
