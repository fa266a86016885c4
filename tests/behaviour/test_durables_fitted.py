"""Two durables, adopted by agents and fitted to what was sold, against the Bass curve's own fit to the same years.

Where everybody sees what everybody has, a market that goes day by day follows the curve in steps, F rising each day by
(1 - F)(1 - exp(-(p + qF)/days)); so agents must find the p, q and m that least squares on those steps find (Srinivasan
& Mason 1986, without the steps). Both err: the two may differ by one standard error of the curve's own fit.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from calibration.calibrator import by_emulator, calibrate
from calibration.candidates import Bench
from calibration.posterior import estimates
from calibration.predictive import predictions
from calibration.targets.reading import Fit, packaged_targets, read_fit
from experiments.engines.runner import Serial
from experiments.paired import MarketSimulator
from sim.scenario.gallery import gallery
from sim.scenario.load import load_scenario, read_scenario
from tests.oracles.bass_curves import COLOUR_TELEVISIONS, ROOM_AIR_CONDITIONERS, CurveFit, least_squares, yearly

pytestmark = pytest.mark.slow

SOLD = {"room-air-conditioners": ROOM_AIR_CONDITIONERS, "colour-television": COLOUR_TELEVISIONS}
DAYS_A_YEAR = 14
"""Of the calendar in the gallery files."""
QUICK = 3
"""Of the quick form below."""


def quick(plan: str) -> Fit:
    """Colour television with three days a year instead of fourteen, all eight years fitted."""
    first, years = date(2001, 1, 1), len(COLOUR_TELEVISIONS)
    text = gallery()["colour-television"].read_text(encoding="utf-8")
    text = text.replace("{value: 14 days, source: rule", f"{{value: {QUICK} days, source: rule")
    last = first + timedelta(days=QUICK * years - 1)
    text = text.replace("run: 1 Jan 2001 to 22 Apr 2001", f"run: 2001-01-01 to {last}")
    scenario = read_scenario(text.encode(), "colour-television.yaml")
    rows = ", ".join(
        f"{first + timedelta(days=QUICK * year)}: {1000 * sold:.0f}" for year, sold in enumerate(COLOUR_TELEVISIONS)
    )
    targets = packaged_targets()["colour-television"].read_text(encoding="utf-8").split("targets:\n")[0]
    targets += (
        f"targets:\n  sales: {{plan: everybody, measure: acquired, series: {{by: {QUICK} days, error: 437000, "
        f"values: {{{rows}}}}}}}\n"
    )
    return read_fit(scenario, in_plan(targets, plan).encode(), "targets.yaml")


def in_plan(targets: str, plan: str) -> str:
    """The targets with another network: `neighbours` for `everybody`."""
    return targets.replace("plan: everybody", f"plan: {plan}").replace("[everybody]", f"[{plan}]")


def at(fit: Fit, curve: CurveFit, market: float) -> np.ndarray:
    """The candidate that has p, q and m of the curve, m in simulated households."""
    values = [curve.estimates[0], curve.estimates[1], curve.estimates[2] / market]
    return np.array([[each.z_of(value) for each, value in zip(fit.space.parameters, values, strict=True)]])


@pytest.fixture(scope="module")
def by_agents():
    fit = quick("everybody")
    _, sample, _ = by_emulator(Bench(fit, 1963, 2, Serial(MarketSimulator())), 32, 1963)
    return fit, sample


def test_agents_find_the_curve_of_colour_television(by_agents) -> None:
    fit, sample = by_agents
    curve = least_squares(COLOUR_TELEVISIONS, QUICK)
    unit = np.array([1.0, 1.0, 1000.0 / fit.observations[0].stands_for])
    for each, expected, error in zip(
        estimates(fit.space.parameters, sample), unit * curve.estimates, unit * curve.errors, strict=True
    ):
        assert each.identified
        assert each.median == pytest.approx(expected, abs=error), each.parameter.name
        assert each.low < expected < each.high


def test_agents_at_the_curves_own_numbers_sell_what_it_says() -> None:
    """Three standard deviations of the share of the market that has bought.

    Luck is that of the first m·p/q buyers, so it shifts time by 1/((p + q)√(m·p/q)), and the curve rises by (p + q)²/4q
    at the most: (1 + p/q)/4·√(q/p)/√m, for p = .03 and q = .38 the .94/√m of simulated markets.
    """
    fit, curve = quick("everybody"), least_squares(COLOUR_TELEVISIONS, QUICK)
    p, q, market = curve.estimates * [1.0, 1.0, 1000.0]
    bench = Bench(fit, 1963, 2, Serial(MarketSimulator()))
    sold = bench.run(at(fit, curve, 2.0))
    totals = np.cumsum([sold.centre(each)[0, 0] for each in fit.observations])
    luck = (1.0 + p / q) / 4.0 * np.sqrt(q / p) / np.sqrt(bench.replications * market / fit.observations[0].stands_for)
    expected = 1000.0 * np.cumsum(yearly(len(COLOUR_TELEVISIONS), *curve.estimates, QUICK))
    assert totals / market == pytest.approx(expected / market, abs=3.0 * luck)


def test_among_neighbours_only_the_same_p_and_q_sell_far_less() -> None:
    """The mutation: the network. News has to go round corners, so the years before the peak are missed."""
    fit = quick("neighbours")
    curve = least_squares(COLOUR_TELEVISIONS, QUICK)
    sold = Bench(fit, 1963, 2, Serial(MarketSimulator())).run(at(fit, curve, 2.0))
    met = predictions(fit.observations, sold, sold.lucks(fit.observations), 1)
    assert sum(each.verdict == "missed" for each in met) >= 3
    assert all(each.z > 2.0 for each in met[3:6])


@pytest.mark.study
@pytest.mark.parametrize("name", SOLD)
def test_agents_find_the_curves_own_fit_of_every_year(name: str, tmp_path) -> None:
    """All years, 64 candidates of two runs: medians within one standard error, intervals as wide as the curve's."""
    text = packaged_targets()[name].read_text(encoding="utf-8").replace("    hold_out: true\n", "")
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    found = calibrate(load_scenario(name), tmp_path / "all.yaml", method="emulator", candidates=64)
    curve = least_squares(SOLD[name], DAYS_A_YEAR)
    unit = np.array([1.0, 1.0, 1000.0 / found.fit.observations[0].stands_for])
    for each, expected, error in zip(found.estimates, unit * curve.estimates, unit * curve.errors, strict=True):
        assert each.median == pytest.approx(expected, abs=error), each.parameter.name
        assert 0.6 < (each.high - each.low) / (2 * 1.645 * error) < 1.6, each.parameter.name
