"""Targets of a market larger than the simulated one: what is multiplied, and how much luck is left.

A mean of R runs errs by a variance of luck/R, the observed market, k times as large as the simulated one, by luck/k.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.candidates import Bench
from calibration.losses.kinds import BetaBinomial, GammaPoisson, Normal
from calibration.losses.likelihood import luck_of
from calibration.losses.luck import Luck
from calibration.losses.shares import DirichletMultinomial
from calibration.recovery import recovered
from calibration.targets.observations import adds_up
from calibration.targets.reading import read_fit
from experiments.engines.runner import Serial
from sim.errors import ScenarioError
from sim.measures import CATALOGUE
from sim.scenario.load import read_scenario
from tests.unit.drawn_market import RATE, RIGHT, DrawnMarket
from tests.unit.synthetic_market import SCENARIO

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
TARGETS = f"""targets_of: branch-autumn
stands_for: 50
parameters:
  right: {{path: {RIGHT}, prior: {{uniform: {{low: 80%, high: 99.9%}}}}}}
  rate: {{path: {RATE}, prior: {{lognormal: {{mean: 2 per month, sd: 1.5 per month}}}}}}
targets:
  right: {{measure: right_first_time, observed: {{part: 7300, of: 8000}}}}
  complaints: {{measure: complaints, observed: {{count: 600}}}}
  funnel:
    funnel:
      all: {{measure: complaints, count: 900}}
      first: {{measure: complaints, count: 400, days: 1 Sep to 15 Sep}}
"""


def fit(text: str = TARGETS):
    return read_fit(BRANCH, text.encode(), "targets.yaml")


def tried(text: str):
    return Bench(fit(text), 1, 3, Serial(DrawnMarket())).run(np.array([[0.0, 0.0], [0.5, 1.0]]))


def test_counts_are_multiplied_and_shares_are_not() -> None:
    small, large = tried(TARGETS.replace("stands_for: 50", "stands_for: 1")), tried(TARGETS)
    assert large.runs["complaints"] == pytest.approx(50.0 * small.runs["complaints"])
    assert large.runs["right"] == pytest.approx(small.runs["right"])
    assert large.runs["funnel.first"] == pytest.approx(small.runs["funnel.first"])


def test_only_what_adds_up_over_people_is_multiplied() -> None:
    named = {name: adds_up(CATALOGUE[name]) for name in ("acquired", "customers", "revenue", "wait_mean", "churn_rate")}
    assert named == {"acquired": True, "customers": True, "revenue": True, "wait_mean": False, "churn_rate": False}
    assert not adds_up(CATALOGUE["pressure"]), "a mean of the customers"


def test_the_luck_of_a_market_fifty_times_as_large_is_a_fiftieth() -> None:
    """N(5, error² + luck·(1/50 + 1/2)); the count: variance mean·(max(size/50, 1) + size/2)."""
    luck = Luck(0.3, 2, larger=50.0, stands_for=50.0)
    found = Normal(4.7, 0.2).log_likelihood(np.array([4.7]), np.array([[5.0]]), luck)[0]
    assert found == pytest.approx(stats.norm.logpdf(4.7, 5.0, np.sqrt(0.04 + 0.3 * 0.52)), rel=1e-12)
    luck, mean = Luck(150.0, 2, 50.0, 50.0), 1000.0 + 0.5 * 50 / 2
    variance = mean * (150.0 / 50 + 150.0 / 2)
    count = GammaPoisson(1200).log_likelihood(np.array([1200.0]), np.array([[1000.0]]), luck)[0]
    assert count == pytest.approx(stats.nbinom.logpmf(1200, mean**2 / (variance - mean), mean / variance), rel=1e-9)


def test_a_share_that_no_run_had_is_kept_off_zero_by_half_a_simulated_case() -> None:
    """Of 8,000 observed, two runs of a fiftieth hold 320: 0 of them is at most half of one, not half of 16,000."""
    luck = Luck(0.0, 2, 50.0, 50.0)
    share = 0.5 / (320 + 1)
    found = BetaBinomial(20, 8000).log_likelihood(np.array([20.0]), np.array([[0.0]]), luck)[0]
    assert found == pytest.approx(stats.binom.logpmf(20, 8000, share), rel=1e-9)
    kinds = DirichletMultinomial((7990.0, 10.0))
    amounts = np.array([8000.0 + 12.5, 12.5])
    expected = stats.multinomial.logpmf([7990, 10], 8000, amounts / amounts.sum())
    assert kinds.log_likelihood(kinds.observed, np.array([[1.0, 0.0]]), luck)[0] == pytest.approx(expected, rel=1e-9)


def test_luck_is_measured_on_what_was_multiplied() -> None:
    """Counts of Poisson runs times 50 vary by 50 times their mean; a fiftieth of that is a Poisson again."""
    runs = 50.0 * stats.poisson.ppf(np.linspace(0.01, 0.99, 200).reshape(50, 4), 20.0)[..., np.newaxis]
    rng = np.random.default_rng(1).permuted(runs.ravel()).reshape(runs.shape)
    luck = luck_of(GammaPoisson(1), rng, 50.0, 50.0)
    assert luck.size == pytest.approx(50.0, rel=4.5 * np.sqrt(2 / 150))
    assert luck.of_observed == luck.size / 50.0


def test_a_recovery_is_of_markets_of_the_simulated_size() -> None:
    """Its data are one simulated market each, so they have the whole luck of one, though counts are multiplied."""
    found = recovered(fit(), 2, 16, 2, 1, 1, Serial(DrawnMarket())).fit
    runs = Bench(found, 1, 2, Serial(DrawnMarket())).run(np.zeros((2, 2)))
    of_recovery, of_fit = runs.lucks(found.observations), runs.lucks(fit().observations)
    for name in ("right", "complaints"):
        assert of_recovery[name].size == of_fit[name].size > 0.0
        assert of_recovery[name].with_error == pytest.approx(of_fit[name].size * 1.5)
        assert of_fit[name].with_error == pytest.approx(of_fit[name].size * 0.52)


@pytest.mark.parametrize(
    ("by", "days"),
    [("week", (0, 6)), ("2 weeks", (0, 13)), ("5 days", (0, 4)), ("1 month", (0, 29))],
)
def test_a_row_stands_for_as_long_as_the_file_says(by: str, days: tuple[int, int]) -> None:
    series = f"  more: {{measure: complaints, series: {{values: {{1 Sep: 100}}, by: {by}}}}}\n"
    assert fit(TARGETS + series).observations[-1].looks[0].days == days


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stands_for: 50", "stands_for: 0.5", "stands_for: 0.5"),
        ("stands_for: 50", "stands_for: many", "stands_for"),
        ("complaints, observed: {count: 600}", "complaints, series: {values: {1 Sep: 3}, by: fortnight}", "by"),
        ("complaints, observed: {count: 600}", "complaints, series: {values: {1 Sep: 3}, by: year}", "inside the run"),
    ],
)  # fmt: skip
def test_sizes_and_lengths_that_cannot_be_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        fit(TARGETS.replace(old, new, 1))
    assert said in str(caught.value)
    assert str(caught.value).startswith("targets.yaml:")
