"""Targets of published simulations and long records: a mean a day, a value averaged over many markets, a wait."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.losses.kinds import Normal
from calibration.losses.waits import LogNormal
from calibration.recovery import recovered
from calibration.targets.reading import load_fit
from experiments.engines.runner import Serial
from sim.errors import ScenarioError
from sim.scenario.load import load_scenario
from tests.unit.drawn_market import RIGHT, DrawnMarket
from tests.unit.test_targets_file import BRANCH, fit, problems, with_target


def last(target: str):
    return fit(with_target(target)).observations[-1]


def test_a_mean_a_day_is_the_total_over_the_days_it_is_of() -> None:
    run = BRANCH.document("none").calendar.run
    days = (run.end - run.start).days + 1
    found = last("{measure: visits, per: day, observed: {value: 40, error: 1}}")
    assert found.days == days
    assert found.runs(np.array([[[30.0 * days]]]))[0, 0, 0] == pytest.approx(30.0)
    some = last("{measure: visits, per: day, days: 3 Sep to 12 Sep, observed: {value: 40, error: 1}}")
    assert some.days == 10


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{measure: satisfaction, per: day, observed: {value: 70, error: 1}}", "only a flow has a mean a day"),
        ("{measure: complaints, per: day, observed: {count: 7}}", "'per' is for"),
        ("{measure: complaints, observed: {count: 7, averaged: true}}", "'averaged' is for"),
        ("{measure: wait_mean, observed: {value: 0, error: 1}, likelihood: lognormal}", "above 0"),
        ("{measure: visits, per: day, period: before, observed: {value: 4, error: 1}}", "of the whole run"),
    ],
)
def test_what_a_mean_cannot_be_is_said_once(target: str, said: str) -> None:
    assert said in problems(with_target(target))


def test_averaged_and_lognormal_reach_the_likelihood() -> None:
    found = last("{measure: wait_mean, observed: {value: 4, error: 1, averaged: true}, likelihood: lognormal}")
    assert found.loss == LogNormal(4.0, 1.0, averaged=True)
    assert last("{measure: wait_mean, observed: {value: 4, error: 1}}").loss == Normal(4.0, 1.0)


ONE = f"""targets_of: branch-autumn
parameters:
  right: {{path: {RIGHT}, prior: {{uniform: {{low: 80%, high: 99.9%}}}}}}
targets:
  right: {{measure: right_first_time, observed: {{value: 0.9, error: 0.001}}}}
"""


def test_known_truths_are_looked_for_in_data_of_one_market() -> None:
    """Whatever is averaged is recovered as of one market, with the same intervals as without the word."""
    noisy = Serial(DrawnMarket(luck=0.02))
    texts = ONE, ONE.replace("error: 0.001", "error: 0.001, averaged: true")
    once, many = (recovered(fit(text), 2, 16, 2, 1, 5, noisy).parameters[0] for text in texts)
    assert fit(texts[1]).observations[0].loss.averaged
    assert (once.low == many.low).all()


def test_the_whole_file_of_the_call_centre_is_read() -> None:
    found = load_fit(load_scenario("call-centre"), "call-centre")
    assert len(found.fitted_to) == 5
    assert len(found.held_out) == 4
    assert found.plans == ("usual", "uneven")
    assert all(getattr(each.loss, "averaged", False) for each in found.observations)
    with pytest.raises(ScenarioError):
        load_fit(load_scenario("tarp-rebuy"), "call-centre")
