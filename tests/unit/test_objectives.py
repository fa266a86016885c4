"""Several objectives side by side: who wins each, what that costs, and who is beaten on all."""

import numpy as np
import pytest

from experiments.comparing.objectives import checked_objectives, weigh
from experiments.comparing.verdict import judge
from sim.errors import RequestError
from sim.measures import CATALOGUE

PLANS = ("none", "gifts", "desk", "waste")
EFFECTS = {"profit": (0.0, -5.0, -2.0, -6.0), "satisfaction": (0.0, 1.0, 3.0, 0.5), "wait_mean": (0.0, 0.5, -4.0, 2.0)}
HIGHER = {"profit": True, "satisfaction": True, "wait_mean": False}


def objectives(effects=EFFECTS, spread=0.1):
    luck = np.random.default_rng(11)
    values = {
        name: np.array(means) + luck.normal(size=(30, 1)) + spread * luck.normal(size=(30, len(means)))
        for name, means in effects.items()
    }
    judged = {name: judge(PLANS, rows, higher_is_better=HIGHER[name]) for name, rows in values.items()}
    return weigh(PLANS, values, judged, HIGHER)


def test_each_objective_has_its_winner():
    found = objectives()
    assert {name: each.best for name, each in found.judged.items()} == {
        "profit": "none",
        "satisfaction": "desk",
        "wait_mean": "desk",
    }


def test_plans_nobody_would_choose_are_named_with_the_plan_that_beats_them():
    found = objectives()
    assert found.unbeaten == ("none", "desk")
    assert [(each.plan, each.by, each.surely) for each in found.beaten] == [
        ("gifts", "desk", True),
        ("waste", "desk", True),
    ]


def test_a_plan_beaten_within_chance_is_not_surely_beaten():
    close = {name: (*means[:3], means[2] - 0.001 * (1 if HIGHER[name] else -1)) for name, means in EFFECTS.items()}
    found = objectives(close, spread=1e-3)
    assert not any(each.surely for each in found.beaten if each.plan == "waste")


def test_equal_plans_do_not_beat_each_other():
    same = dict.fromkeys(EFFECTS, (0.0, 0.0, 0.0, 0.0))
    found = objectives(same, spread=0.0)
    assert found.unbeaten == PLANS
    assert found.beaten == ()


def test_winning_another_objective_has_its_price_in_the_first():
    satisfied, waited = objectives().trade_offs
    assert (satisfied.plan, satisfied.rather_than, satisfied.gains, satisfied.costs) == (
        "desk", "none", "satisfaction", "profit",
    )  # fmt: skip
    assert satisfied.gain.low < 3.0 < satisfied.gain.high
    assert satisfied.cost.low < -2.0 < satisfied.cost.high
    assert waited.gain.mean == pytest.approx(-4.0, abs=0.2)


def test_an_unknown_objective_is_refused_with_the_nearest_name():
    with pytest.raises(RequestError, match="did you mean 'satisfaction'"):
        checked_objectives(["satisfacton"], CATALOGUE)
    with pytest.raises(RequestError, match="neither better nor worse"):
        checked_objectives(["visits"], CATALOGUE)
    assert checked_objectives(["profit", "profit", "nps"], CATALOGUE) == ("profit", "nps")
