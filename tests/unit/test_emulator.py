"""Posteriors through an emulator: it goes through the runs, knows what it does not know, and finds known posteriors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from calibration.calibrator import by_emulator
from calibration.candidates import Tried
from calibration.posterior import estimates
from calibration.samplers.emulator import KEPT, emulate
from calibration.samplers.sobol import keyed_uniforms, sobol_normal
from calibration.targets.reading import Fit, packaged_targets, read_fit
from sim.scenario.load import load_scenario, read_scenario
from tests.oracles.bass_curves import COLOUR_TELEVISIONS, yearly
from tests.unit.drawn_market import RATE, RIGHT, STAFF
from tests.unit.synthetic_market import SCENARIO

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
TARGETS = f"""targets_of: branch-autumn
parameters:
  right: {{path: {RIGHT}, prior: {{uniform: {{low: 80%, high: 99.9%}}}}}}
  rate: {{path: {RATE}, prior: {{lognormal: {{mean: 2 per month, sd: 1.5 per month}}}}}}
  staff: {{path: {STAFF}}}
targets:
  right: {{measure: right_first_time, observed: {{part: 146, of: 160}}}}
  complaints: {{measure: complaints, observed: {{count: 12}}}}
"""


def bent(z: np.ndarray) -> np.ndarray:
    """Two smooth functions of two parameters."""
    return np.column_stack([np.tanh(z[:, 0] + 0.5 * z[:, 1]), np.exp(-0.5 * z[:, 0] ** 2) * z[:, 1]])


def test_it_goes_through_what_was_run_and_knows_how_far_off_it_is_elsewhere() -> None:
    """48 points of a smooth function: elsewhere it errs by less than a fiftieth of what varies, and by what it says."""
    z, other = sobol_normal(48, 2, 1), sobol_normal(256, 2, 2)
    emulator = emulate(z, bent(z))
    assert emulator.mean(z) == pytest.approx(bent(z), abs=1e-2)
    inside = np.abs(other).max(axis=1) < 1.5
    off = emulator.mean(other)[inside] - bent(other)[inside]
    assert np.sqrt((off**2).mean(axis=0)) / bent(other).std(axis=0) == pytest.approx([0.0, 0.0], abs=0.02)
    said = off / emulator.error(other)[inside]
    assert 0.2 < np.sqrt((said**2).mean()) < 3.0
    assert (emulator.error(np.full((1, 2), 6.0)) > 10 * emulator.error(np.zeros((1, 2)))).all(), (
        "it knows little far off"
    )


def test_noise_is_smoothed_and_not_gone_through() -> None:
    """Noise of a tenth: the nugget takes it, and the emulated mean is nearer to the truth than the runs are."""
    z = sobol_normal(64, 2, 1)
    noise = 0.1 * stats.norm.ppf(keyed_uniforms((64, 2), 3, "noise"))
    found = emulate(z, bent(z) + noise).mean(z) - bent(z)
    assert (found.std(axis=0) < 0.8 * noise.std(axis=0)).all()


class Formula:
    """A bench on which a formula of the parameters' values stands in for runs: (candidates, targets)."""

    def __init__(self, fit: Fit, formula: Callable[[np.ndarray], np.ndarray]) -> None:
        self.fit, self.formula = fit, formula

    def run(self, z: np.ndarray) -> Tried:
        found = self.formula(self.fit.space.values(z))
        luck = np.array([-1e-3, 1e-3])  # of two replications, in proportion
        return Tried(
            z,
            {
                each.name: (found[:, [place]] * (1.0 + luck))[..., np.newaxis]
                for place, each in enumerate(self.fit.fitted_to)
            },
        )


def test_a_known_posterior_is_found_and_a_flat_parameter_stays_flat() -> None:
    """That of the share is Beta(147, 15), its prior being uniform; half a point is allowed at either end."""
    fit = read_fit(BRANCH, TARGETS.encode(), "targets.yaml")
    bench = Formula(fit, lambda values: np.column_stack([values[:, 0] / 100.0, 10.0 * values[:, 1]]))
    _, sample, _ = by_emulator(bench, 32, 1)
    right, rate, staff = estimates(fit.space.parameters, sample)
    low, high = (100.0 * end for end in stats.beta(147, 15).ppf([0.05, 0.95]))
    assert (right.low, right.high) == pytest.approx((low, high), abs=0.5)
    assert rate.low < 1.2 < rate.high
    assert right.identified
    assert not staff.identified


def test_a_constraint_is_kept_by_every_point() -> None:
    text = TARGETS.replace("targets:\n", "constraints: [rate < 1.2]\ntargets:\n", 1)
    fit = read_fit(BRANCH, text.encode(), "targets.yaml")
    bench = Formula(fit, lambda values: np.column_stack([values[:, 0] / 100.0, 10.0 * values[:, 1]]))
    _, sample, _ = by_emulator(bench, 32, 1)
    assert fit.space.allowed(sample.z).all()
    assert estimates(fit.space.parameters, sample)[1].median > 0.8, "and is where the data push it"


def test_p_q_and_m_of_a_curve_are_found_as_the_curve_itself_has_them() -> None:
    """Colour television with the curve in place of a market: 64 points of it, in two rounds, against 32,768.

    The two share all but the emulator. Ends of intervals agree within a tenth of the prior's standard deviation on the
    working scale, and so do medians.
    """
    name, years = "colour-television", len(COLOUR_TELEVISIONS)
    text = packaged_targets()[name].read_text(encoding="utf-8").replace("    hold_out: true\n", "")
    fit = read_fit(load_scenario(name), text.encode(), "targets.yaml")

    def curve(values: np.ndarray) -> np.ndarray:
        return np.array([yearly(years, *each) for each in values * [1.0, 1.0, 2000.0]])

    _, sample, _ = by_emulator(Formula(fit, curve), 64, 5)
    assert sample.z.shape == (KEPT, 3)
    many = sobol_normal(2**15, 3, 9)
    off = (curve(fit.space.values(many)) - 1000.0 * COLOUR_TELEVISIONS) / 437_000
    weights = np.exp(-0.5 * (off**2).sum(axis=1))
    for place, each in enumerate(estimates(fit.space.parameters, sample)):
        order = np.argsort(many[:, place])
        heights = np.cumsum(weights[order]) / weights.sum()
        exact = np.interp([0.05, 0.5, 0.95], heights, many[order, place])
        ours = [each.parameter.z_of(value) for value in (each.low, each.median, each.high)]
        assert ours == pytest.approx(exact.tolist(), abs=0.1), each.parameter.name
