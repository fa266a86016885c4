"""The funnel of a crowdfunding page, fitted to what was counted: two rates are found, and the third predicted.

A quick form of the gallery file: one visitor in 250, all of them within ten days, calls every third day. Oracle of a
rate: with a flat prior and n people simulated in all runs beside N observed, its posterior has about the variance
p(1 - p)·(1/n + 2/N): the mean of the runs, the luck of the observed market, and the sampling of who was counted.
"""

from __future__ import annotations

from math import sqrt

import pytest

from calibration.calibrator import by_emulator
from calibration.candidates import Bench
from calibration.posterior import estimates, resampled
from calibration.predictive import predictions
from calibration.samplers.emulator import emulated_posterior
from calibration.targets.reading import Fit, packaged_targets, read_fit
from experiments.engines.runner import Serial
from experiments.paired import MarketSimulator
from sim.scenario.load import read_scenario
from tests.behaviour.casebook import case

pytestmark = pytest.mark.slow

VISITORS, PAYERS, LEADS, KEEN = 3_325_184, 12_717, 6_158, 395
ONE_IN, REPLICATIONS = 250, 2


def quick(changed: dict[str, str] | None = None) -> Fit:
    """The targets of the gallery with the quick scenario."""
    text = case("peugeot-crowdfunding", run="25 Feb 2015 to 11 Mar 2015", campaign="25 Feb to 11 Mar")
    for old, new in {
        "customers: {value: 66504,": f"customers: {{value: {VISITORS // ONE_IN},",
        "{uniform: {low: 0 days, high: 95 days}}": "{uniform: {low: 0 days, high: 10 days}}",
        "every: {value: 2 weeks,": "every: {value: 3 days,",
    }.items():
        assert old in text
        text = text.replace(old, new)
    targets = packaged_targets()["peugeot-crowdfunding"].read_text(encoding="utf-8")
    for old, new in {"stands_for: 50": f"stands_for: {ONE_IN}", **(changed or {})}.items():
        assert old in targets
        targets = targets.replace(old, new)
    return read_fit(read_scenario(text.encode(), "case.yaml"), targets.encode(), "targets.yaml")


@pytest.fixture(scope="module")
def tried():
    """24 candidates, half of them where the first half found the posterior."""
    fit = quick()
    bench = Bench(fit, 308, REPLICATIONS, Serial(MarketSimulator()))
    runs, sample, _ = by_emulator(bench, 24, 308)
    return fit, bench, runs, sample


def test_both_rates_of_the_page_are_found(tried) -> None:
    """Intervals are no narrower than luck and sampling leave them, and with so few candidates no twice as wide."""
    fit, _, _, sample = tried
    pays, leaves_number, _ = estimates(fit.space.parameters, sample)
    for found, part, of in ((pays, PAYERS, VISITORS), (leaves_number, LEADS, PAYERS)):
        share = part / of
        assert found.identified
        assert found.low < 100 * share < found.high
        sd = sqrt(share * (1 - share) * (1 / (REPLICATIONS * of / ONE_IN) + 2 / of))
        assert 0.9 < (found.high - found.low) / 100 / (2 * 1.645 * sd) < 2.0


def test_other_counts_would_have_given_another_rate(tried) -> None:
    """The mutation: had twice as many paid, the same runs would say so, and not what was seen."""
    _, _, runs, _ = tried
    twice = quick({"count: 12717": f"count: {2 * PAYERS}"})
    sample = emulated_posterior(twice.space, twice.fitted_to, runs, runs.lucks(twice.observations), 308)
    assert estimates(twice.space.parameters, sample)[0].low > 100 * PAYERS / VISITORS


def test_nothing_on_the_page_tells_how_keen_a_call_makes_a_lead(tried) -> None:
    fit, _, _, sample = tried
    assert not estimates(fit.space.parameters, sample)[2].identified


def test_the_leads_of_high_intent_lie_within_what_is_predicted_for_them(tried) -> None:
    """Held out; and the prediction is as wide as the range that is assumed for one call."""
    fit, bench, runs, sample = tried
    after = bench.run(resampled(sample, 6, 0.5))
    (keen,) = predictions(fit.held_out, after, runs.lucks(fit.observations), 308)
    assert keen.observed == KEEN
    assert keen.inside
    assert keen.low < 0.5 * keen.high
