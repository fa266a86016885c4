"""An offer is credited only with customers who would not have done the same anyway."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.incrementality import offer_effects, offer_summary
from experiments.design import Run
from tests.unit.synthetic_market import SyntheticMarket

RULES = {"gift": lambda activity: activity["visits"].to_numpy() >= 2}


@pytest.fixture
def baseline():
    result = SyntheticMarket().run(Run("none", "stated", '{"effects": {}, "draw": 0.5}', 1, 0))
    empty = result.offers.iloc[:0]
    activity = pd.DataFrame({"customer": [1, 2, 3, 4], "visits": [3, 0, 2, 1]})
    return replace(result, offers=empty, activity=activity)


def with_redemptions(baseline, customers, times, paid):
    activity = pd.DataFrame({"customer": customers, "visits": 2, "redeemed_gift": times})
    offers = pd.DataFrame({"offer": ["gift"], "handed": [sum(times)], "paid": np.array([paid], dtype=np.int64)})
    return replace(baseline, offers=offers, activity=activity)


def test_who_comes_twice_without_the_gift_is_deadweight(baseline):
    """Customers 1 and 3 come twice or more in the baseline; 2 and 4 do so only for the gift."""
    effects = offer_effects(with_redemptions(baseline, [1, 2, 3, 4], [1, 1, 1, 1], 800), baseline, RULES).iloc[0]
    assert (effects.redeemed, effects.incremental, effects.deadweight) == (4, 2, 2)
    assert (effects.paid, effects.paid_deadweight) == (800, 400)


def test_a_customer_who_redeems_often_weighs_more_in_what_was_paid(baseline):
    effects = offer_effects(with_redemptions(baseline, [1, 2], [3, 1], 800), baseline, RULES).iloc[0]
    assert (effects.redeemed, effects.incremental, effects.deadweight) == (2, 1, 1)
    assert effects.paid_deadweight == 600


def test_a_customer_absent_from_the_baseline_is_incremental(baseline):
    effects = offer_effects(with_redemptions(baseline, [99], [1], 200), baseline, RULES).iloc[0]
    assert (effects.incremental, effects.deadweight) == (1, 0)


def test_who_qualified_but_did_not_redeem_is_not_counted(baseline):
    effects = offer_effects(with_redemptions(baseline, [1, 2], [0, 1], 200), baseline, RULES).iloc[0]
    assert (effects.redeemed, effects.incremental, effects.deadweight) == (1, 1, 0)


def test_who_redeems_the_offer_in_the_baseline_too_is_deadweight(baseline):
    """Customer 4 comes once there and has the gift all the same; without it they would be incremental."""
    has_it = replace(baseline, activity=baseline.activity.assign(redeemed_gift=[0, 0, 0, 1]))
    effects = offer_effects(with_redemptions(baseline, [2, 4], [1, 1], 400), has_it, RULES).iloc[0]
    assert (effects.redeemed, effects.incremental, effects.deadweight) == (2, 1, 1)


def test_a_plan_without_offers_has_no_rows(baseline):
    effects = offer_effects(baseline, baseline, {})
    assert effects.empty
    assert effects["paid"].dtype == np.int64


def test_an_incremental_customer_costs_all_that_was_paid_over_those_won():
    effects = pd.DataFrame(
        {
            "plan": ["gifts", "gifts", "desk"],
            "offer": ["gift", "gift", "gift"],
            "redeemed": [4, 6, 3],
            "incremental": [1, 3, 0],
            "deadweight": [3, 3, 3],
            "paid": [800, 1200, 600],
            "paid_deadweight": [600, 600, 600],
        }
    )
    summary = offer_summary(effects).set_index("plan")
    assert summary.loc["gifts", "cost_per_incremental"] == pytest.approx(500.0)
    assert np.isnan(summary.loc["desk", "cost_per_incremental"])
