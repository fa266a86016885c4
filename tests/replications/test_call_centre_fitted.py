"""A published call centre (SSJ, L'Ecuyer) as a scenario: what its file gives, and its inputs found from its outputs.

The outputs of 10,000 days are the targets; the inputs that made them are published too, so a fit can be held against
the truth. The priors do not know it.
The suite holds the file against the outputs; studies fit calls and their length on few small days, then all five
parameters, and say which of them the outputs tell apart.
"""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from ruamel.yaml import YAML

from calibration.calibrator import fitted, two_rounds
from calibration.candidates import Bench
from calibration.posterior import Estimate, estimates
from calibration.targets.reading import read_fit, targets_file
from experiments.engines.runner import Serial
from experiments.paired import MarketSimulator
from sim.market import Market
from sim.scenario.gallery import gallery
from sim.scenario.load import Scenario, read_scenario
from tests.once import once

pytestmark = pytest.mark.slow

TEXT = gallery()["call-centre"].read_text(encoding="utf-8")
TARGETS = targets_file("call-centre").read_text(encoding="utf-8")
TRUTH = {"calls": 0.0280566, "busyness": 0.05, "talking": 100.0, "patience": 1000.0, "at_once": 0.1}
DAYS = 21

# One day of the published 10,000 (with 1,000 for the uneven days): mean, standard deviation between days.
PUBLISHED = {
    "usual": {"wait_mean": (4.713 / 60, 1.997 / 60), "standard_in_time": (0.925, 0.040), "lost_share": (0.020, 0.0067)},
    "uneven": {
        "wait_mean": (11.834 / 60, 34.08 / 60),
        "standard_in_time": (0.853, 0.169),
        "lost_share": (0.034, 0.061),
    },
}


def scenario(text: str = TEXT) -> Scenario:
    return read_scenario(text.encode(), "call-centre.yaml")


@once
def measured(plan: str, without: str = "") -> dict[str, float]:
    """One run; ``without``: a path of the file set to what switches it off."""
    off = {"market.busyness": {"constant": 1}, "service.patience.exponential.at_zero": 0, "": None}[without]
    document = scenario().document(plan, settings={without: off} if without else None)
    result = Market(document).run()
    return {name: result.value(name, "whole") for name in ("visits", "visits_sd", *PUBLISHED[plan])}


@pytest.mark.parametrize("plan", ["usual", "uneven"])
def test_the_file_gives_the_published_waits_and_losses(plan: str) -> None:
    """Four standard deviations of a mean over the days simulated, with the rounding of what is printed."""
    for name, (mean, between_days) in PUBLISHED[plan].items():
        rounding = 0.0005 if name != "wait_mean" else 0.0
        error = 4 * between_days / np.sqrt(DAYS) + rounding
        assert measured(plan)[name] == pytest.approx(mean, abs=error), name
    assert measured("usual")["visits"] / DAYS == pytest.approx(1660.37, abs=4 * 93.62 / np.sqrt(DAYS))


def test_days_spread_as_published_and_without_busyness_they_do_not() -> None:
    """A standard deviation of n days has a relative error of 1/√(2n); Poisson days of 1,660 spread by 40.7."""
    error = 4 / np.sqrt(2 * DAYS)
    assert measured("usual")["visits_sd"] == pytest.approx(93.62, rel=error)
    assert measured("usual", "market.busyness")["visits_sd"] == pytest.approx(np.sqrt(1660.0), rel=error)


def test_without_callers_who_hang_up_at_once_fewer_calls_are_lost_than_published() -> None:
    mean, between_days = PUBLISHED["usual"]["lost_share"]
    lost = measured("usual", "service.patience.exponential.at_zero")["lost_share"]
    assert lost < mean - 4 * between_days / np.sqrt(DAYS)


def small() -> Scenario:
    """Four days, a third of the callers who call three times as often: the same calls, cheaper to draw."""
    text = TEXT.replace("run: 5 Jan 2026 to 25 Jan 2026", "run: 5 Jan 2026 to 8 Jan 2026")
    return scenario(text.replace("customers: {value: 60000", "customers: {value: 20000"))


def only(names: tuple[str, ...], targets: tuple[str, ...]) -> bytes:
    """The targets file with some of its parameters and targets."""
    yaml = YAML()
    tree = yaml.load(TARGETS)
    for section, kept in (("parameters", names), ("targets", targets)):
        for name in [each for each in tree[section] if each not in kept]:
            del tree[section][name]
    if "calls" in names:
        tree["parameters"]["calls"]["prior"] = {"lognormal": {"mean": "0.1 per day", "sd": "0.02 per day"}}
    found = StringIO()
    yaml.dump(tree, found)
    return found.getvalue().encode()


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


@pytest.mark.study
def test_calls_and_their_length_are_found_from_the_published_outputs() -> None:
    """Of 20,000 callers 1,660 call a day: rate -ln(1 - 1660/20000)."""
    fit = read_fit(small(), only(("calls", "talking"), ("calls", "wait", "in_time", "lost")), "targets.yaml")
    bench = Bench(fit, 2005, 2, Serial(MarketSimulator()))
    _, sample, _ = two_rounds(bench, 28, 2005)
    calls, talking = estimates(fit.space.parameters, sample)
    assert holds(calls, -np.log1p(-1660 / 20000))
    assert holds(talking, TRUTH["talking"])
    assert min(calls.shrinkage, talking.shrinkage) > 0.5


@pytest.fixture(scope="module")
def whole():
    fit = read_fit(scenario(), TARGETS.encode(), "call-centre.yaml")
    return fitted(fit, "regression", 64, 2, 2005, Serial(MarketSimulator()))


@pytest.mark.study
def test_what_the_outputs_tell_holds_the_published_inputs(whole) -> None:
    found = {each.parameter.name: each for each in whole.estimates}
    for name in ("calls", "busyness", "talking"):
        assert found[name].identified, name
    for name, each in found.items():
        truth = TRUTH[name] * each.parameter.factor
        assert not each.identified or holds(each, truth), (name, each.low, truth, each.high)


@pytest.mark.study
def test_the_fit_predicts_days_of_uneven_busyness_it_has_not_seen(whole) -> None:
    held = [each for each in whole.predicted if each.observation.hold_out]
    assert len(held) == 4
    assert sum(each.inside for each in held) >= 3
    assert whole.score > whole.prior_score


@pytest.mark.study
def test_length_of_calls_and_number_of_agents_are_known_together_only() -> None:
    """With the agents of the late morning unknown too, longer calls are made up for by more agents."""
    extra = """
  agents:
    title: agents on duty at most
    path: service.stations.agents.staff
    plans: [usual]
    prior: {uniform: {low: 6, high: 11}}
"""
    text = TARGETS.replace("\ntargets:\n", extra + "\ntargets:\n", 1)
    fit = read_fit(scenario(), text.encode(), "call-centre.yaml")
    found = fitted(fit, "regression", 64, 2, 2005, Serial(MarketSimulator()))
    names = [each.parameter.name for each in found.estimates]
    assert found.correlations[names.index("talking"), names.index("agents")] > 0.4
