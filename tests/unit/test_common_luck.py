"""Common luck cuts the variance of a difference by as much as is said, and the intervals hold what they promise."""

import numpy as np
import pytest

from experiments.common_luck import common_luck, most_cut, report, variance_cut
from experiments.engines.runner import Serial
from experiments.storage.store import Store
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, FormulaMarket

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")


def pairs_of(correlation, spread, worlds, replications, seed=1):
    """Two normal variables, standard deviations 1 and ``spread``, shape (worlds, replications) each."""
    luck = np.random.default_rng(seed).normal(size=(2, worlds, replications))
    return luck[0], spread * (correlation * luck[0] + np.sqrt(1.0 - correlation**2) * luck[1])


@pytest.mark.parametrize(("correlation", "spread"), [(0.0, 1.0), (0.9, 1.0), (0.95, 2.0), (-0.3, 1.5)])
def test_the_cut_is_that_of_two_normal_variables_and_its_interval_covers_it(correlation, spread):
    """True cut: (1 + b²) / (1 + b² - 2 r b); Pitman's interval is exact, so 95 % of 500 cover it within 4 SD."""
    worlds = 500
    truth = (1.0 + spread**2) / (1.0 + spread**2 - 2.0 * correlation * spread)
    one, other = pairs_of(correlation, spread, worlds, 20)
    cuts = [variance_cut(x, y) for x, y in zip(one, other, strict=True)]
    covered = np.mean([cut.low <= truth <= cut.high for cut in cuts])
    assert abs(covered - 0.95) < 4.0 * np.sqrt(0.95 * 0.05 / worlds)
    assert np.median([cut.mean for cut in cuts]) == pytest.approx(truth, rel=0.1)


def test_a_spread_that_only_one_plan_has_bounds_the_cut():
    one, other = pairs_of(1.0, 3.0, 1, 50)
    assert variance_cut(one[0], other[0]).mean == pytest.approx(2.5)  # (1 + 9) / (3 - 1)²
    assert most_cut(one[0], other[0]) == pytest.approx(2.5)


def test_what_has_no_luck_has_no_cut_and_what_cancels_whole_is_infinite():
    luck = np.arange(5.0)
    assert np.isnan(variance_cut(np.full(5, 3.0), np.full(5, 1.0)).mean)
    assert np.isnan(variance_cut([1.0, 2.0, np.nan], [1.0, 2.0, 3.0]).mean)
    assert np.isinf(variance_cut(luck + 2.0, luck).mean)
    assert variance_cut(luck, np.zeros(5)).mean == pytest.approx(1.0)  # all luck is the plan's own


def test_a_scenario_is_reported_with_its_least_cut(tmp_path):
    staffed = SCENARIO.replace('set: {service.stations.counter.open: "08:00-17:00"}',
                               "set: {service.stations.counter.staff: 4}")  # fmt: skip
    branch = read_scenario(staffed.encode(), "branch-autumn.yaml")

    def market(document):
        return {"profit": 10.0 * document["service"]["stations"]["counter"]["staff"], "satisfaction": 1.0}

    with Store(tmp_path) as store:
        found = common_luck(branch, Serial(FormulaMarket(market, luck=3.0), store), 5, ("profit", "satisfaction"))
    assert found.found["plan"].tolist() == ["gifts", "gifts", "desk", "desk"]
    assert np.isinf(found.found["cut"]).all()
    assert "no luck left" in report(found)
    with pytest.raises(RequestError, match="ask for at least 3"):
        common_luck(branch, Serial(FormulaMarket(market)), 2)


def test_luck_of_its_own_is_reported_as_worse(monkeypatch):
    """A market whose luck hangs on what the plan sets: the cut is about one, and below it where they move apart."""

    def against(document):
        return {"profit": 0.0}

    class Contrary(FormulaMarket):
        def run(self, run):
            result = super().run(run)
            if "08:00" in run.document:
                result.periods["value"] = -result.periods["value"]
            return result

    found = common_luck(BRANCH, Serial(Contrary(against, luck=1.0)), 8, ("profit",))
    assert found.found["cut"].tolist() == pytest.approx([0.5, 0.5])
    assert "Worse than luck of its own: profit of gifts, variance 2.00 of independent runs" in report(found)


@pytest.fixture(scope="module")
def small_branch():
    from tests.behaviour.small_branch import SCENARIO as small

    return read_scenario(small.encode(), "small-branch.yaml")


@pytest.mark.slow
def test_the_market_meets_the_same_luck_under_every_plan(small_branch):
    """On a small branch the luck that plans share is most of it; eight replications, never worse than their own."""
    from experiments.paired import MarketSimulator

    found = common_luck(small_branch, Serial(MarketSimulator()), 8).found.set_index(["plan", "measure"])
    assert found.loc[("gifts", "profit_with_carried_value"), "cut"] > 2.0
    assert found.loc[("gifts", "wait_mean"), "cut"] > 2.0
    assert (found["cut"].dropna() > 1.0 / 1.1).all()


@pytest.mark.study
@pytest.mark.parametrize("name", ["bank-autumn", "ford-dealership"])
def test_profit_with_carried_value_needs_a_fifth_of_the_runs(name):
    from experiments.paired import MarketSimulator
    from sim.scenario.load import load_scenario

    found = common_luck(load_scenario(name), Serial(MarketSimulator()), 20).found
    carried = found[found["measure"] == "profit_with_carried_value"]
    assert (carried["high"] >= 5.0).all()
    assert (found["cut"].dropna() > 1.0 / 1.1).all()
