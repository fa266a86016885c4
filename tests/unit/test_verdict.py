"""The verdict claims what the intervals allow, and says what it rests on."""

from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.assumptions.flips import flips
from experiments.comparing.marketing import with_returns
from experiments.comparing.verdict import judge, undecided
from experiments.report.sentences import rests_on_sentence, undecided_sentence, verdict_object, verdict_sentences
from tests.unit.synthetic_market import RIGHT_FIRST_TIME, STAFF, comparison

PLANS = ("none", "gifts", "desk")


def luck(replications=20, seed=1):
    return np.random.default_rng(seed).normal(size=(replications, 1)) * 50.0


def test_a_clear_lead_is_sure_and_a_small_one_is_not():
    own = np.random.default_rng(2).normal(size=(20, 3))
    own -= own.mean(axis=0)
    clear = judge(PLANS, luck() + own + [0.0, -20.0, 10.0])
    assert (clear.best, clear.runner_up, clear.surely) == ("desk", "none", True)
    assert clear.chance_best["desk"] == 1.0
    assert clear.regret["desk"] == 0.0
    close = judge(PLANS, luck() + own + [0.0, -20.0, 0.1])
    assert not close.surely
    assert close.more > 0


def test_lower_is_better_for_waits_and_churn():
    values = luck() + np.array([10.0, 25.0, 3.0])
    assert judge(PLANS, values, higher_is_better=False).best == "desk"
    assert judge(PLANS, values, higher_is_better=False).lead.mean == pytest.approx(-7.0)


def test_equal_plans_are_surely_best_no_more_often_than_five_times_in_a_hundred():
    """Choosing the best after looking is allowed for: upper 99.9 % binomial limit of 5 % in 1,000 experiments."""
    generator = np.random.default_rng(3)
    sure = sum(judge(PLANS, generator.normal(size=(12, 3))).surely for _ in range(1000))
    assert sure <= stats.binom.ppf(0.9995, 1000, 0.05)


def test_plans_without_any_difference_are_called_the_same():
    same = judge(PLANS, np.repeat(luck(), 3, axis=1))
    assert same.best == "none"
    assert not same.surely
    assert same.chance_best == pytest.approx({"none": 1 / 3, "gifts": 1 / 3, "desk": 1 / 3})


def test_a_lead_at_the_stated_values_is_not_sure_when_an_assumption_can_undo_it():
    own = np.random.default_rng(4).normal(size=(30, 3))
    stated = luck(30) + own + [0.0, 0.0, 10.0]
    worlds = np.random.default_rng(5).uniform(-40.0, 40.0, size=(30, 1)) * [0.0, 0.0, 1.0]
    assert judge(PLANS, stated).surely
    judged = judge(PLANS, stated, stated + worlds)
    assert not judged.surely
    assert judged.lead.high > 40.0


def test_a_difference_is_undecided_when_its_interval_holds_zero_unless_nothing_changes():
    baseline = luck()[:, 0]
    noise = np.random.default_rng(6).normal(size=20)
    open_question = undecided("gifts", "complaints", baseline + noise - noise.mean() + 0.1, baseline)
    assert open_question is not None
    assert 0 < open_question.more < inf
    assert undecided("gifts", "complaints", baseline + noise + 5.0, baseline) is None
    assert undecided("gifts", "complaints", baseline, baseline) is None
    assert undecided("gifts", "complaints", baseline + nan, baseline) is None


def test_the_value_that_flips_the_verdict_is_where_the_line_crosses_zero():
    """Difference 100 u - 30 + noise of sd 5: zero at the 30 % point of the range; an idle number explains nothing."""
    generator = np.random.default_rng(7)
    response, idle = generator.uniform(size=(2, 60))
    found = flips({"response": response, "idle": idle}, 100.0 * response - 30.0 + 5.0 * generator.normal(size=60))
    first = found.iloc[0]
    assert first["path"] == "response"
    # sd of the crossing: noise / (slope sqrt n) times a leverage below 2
    assert abs(first["quantile"] - 0.3) < 4.0 * 2.0 * 5.0 / 100.0 / 60**0.5
    assert first["share"] > 0.95
    assert bool(first["clear"])
    assert not found.loc[found["path"] == "idle", "clear"].any()


def test_nothing_flips_when_the_lead_holds_over_the_whole_range_or_there_is_too_little_to_tell():
    uniforms = np.random.default_rng(8).uniform(size=30)
    assert flips({"response": uniforms}, 10.0 + 5.0 * uniforms).empty
    assert flips({"response": uniforms[:9]}, uniforms[:9] - 0.5).empty
    assert flips({}, []).empty


SELLS_TOO_MUCH = {
    "gifts": {"satisfaction": -2.9, "wait_p90": 9.2, "profit": -212e3, "profit_with_carried_value": -5e5},
    "desk": {"satisfaction": 0.8, "profit": 412e3, "profit_with_carried_value": -1e5, "campaign_cost": 4e5},
}


@pytest.fixture(scope="module")
def sells_too_much():
    return comparison(SELLS_TOO_MUCH)


def test_the_sentences_name_the_best_plan_what_the_others_do_and_the_horizon(sells_too_much):
    told = " ".join(verdict_sentences(sells_too_much))
    assert "gifts and desk is best on profit in the window, surely: " in told
    assert "It is best in all 24 replications." in told
    assert "gifts against none - surely worse: profit in the window -2" in told
    assert "Mind the horizon: gifts and desk earns most inside the window, none with customer value carried on." in told


def test_an_unsure_lead_says_how_many_more_replications_would_settle_it():
    told = verdict_sentences(comparison({"gifts": {"profit": 6e3}, "desk": {"profit": -9e5}}, replications=10))[0]
    assert "but not surely" in told
    assert "more replications would settle it" in told


def test_what_is_within_chance_is_listed_and_what_is_the_same_is_not(sells_too_much):
    told = undecided_sentence(sells_too_much)
    assert "complaints with gifts" in told
    assert "profit" not in told.replace("profit with", "")
    assert "campaign cost" not in told


def test_without_drawn_worlds_the_verdict_rests_on_the_assumptions_of_what_the_plans_touch(sells_too_much):
    told = rests_on_sentence(sells_too_much)
    assert f"{STAFF} (assumed 3, range 2 to 6)" in told
    assert "add --uncertain" in told


def test_with_drawn_worlds_the_verdict_names_the_value_that_turns_it_over():
    unsure = comparison({"gifts": {"profit": 1e5, "profit_slope": 8e5}}, replications=40, uncertain=True)
    (support,) = unsure.rests_on
    assert support.path == STAFF
    assert support.flips_at in {"3", "4"}
    assert support.share > 0.8
    assert RIGHT_FIRST_TIME not in rests_on_sentence(unsure)
    assert "not surely when the assumed numbers may lie anywhere" in verdict_sentences(unsure)[0]


def test_the_verdict_object_holds_what_the_contract_names(sells_too_much):
    found = verdict_object(sells_too_much)
    assert {"best", "surely", "sentences", "chance_best", "regret", "undecided", "assumed", "rests_on"} <= set(found)
    assert found["best"] == "desk"
    assert found["best_with_carried_value"] == "none"
    assert found["assumed"] == {"observed": 1, "assumed": 2, "untagged": 5}


def test_the_return_on_marketing_is_what_the_baseline_would_not_have_earned_over_what_it_costs(sells_too_much):
    found = sells_too_much.difference("desk", "return_on_marketing")
    # gain about 412,000 for 400,000 spent; own noise of profit is 20,000 a run, sqrt(2 / 24) of it in the mean
    assert abs(found.mean - 412 / 400) < 4 * 20e3 * (2 / 24) ** 0.5 / 400e3
    assert np.isnan(sells_too_much.difference("gifts", "return_on_marketing").mean)


def test_a_table_without_campaign_cost_has_no_return():
    table = pd.DataFrame({"period": ["whole"], "measure": ["profit"], "value": [1.0]})
    assert with_returns(table, table) is table
