"""Fits of a market whose answer is known: what is learned, what stays unidentified, what is written and refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.calibrator import calibrate, fitted
from calibration.candidates import Bench
from calibration.checking import check
from calibration.recovery import recovered
from calibration.report.objects import calibration_object, candidates_table, posterior_table
from calibration.report.text import calibration_sentences, calibration_text, recovery_sentences, recovery_text
from calibration.result_file import with_fitted_numbers
from calibration.targets.reading import read_fit
from experiments.engines.runner import Serial
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.drawn_market import RATE, RIGHT, STAFF, DrawnMarket
from tests.unit.synthetic_market import SCENARIO

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
TARGETS = f"""targets_of: branch-autumn
parameters:
  right: {{title: done right, path: {RIGHT}, prior: {{uniform: {{low: 80%, high: 99.9%}}}}}}
  rate: {{path: {RATE}, prior: {{lognormal: {{mean: 2 per month, sd: 1.5 per month}}}}}}
  staff: {{path: {STAFF}}}
targets:
  right: {{measure: right_first_time, observed: {{part: 146, of: 160}}}}
  complaints: {{measure: complaints, observed: {{count: 12}}}}
  wait: {{measure: wait_mean, observed: {{value: 4.2, error: 0.1}}, hold_out: true}}
"""


def fit(text: str = TARGETS):
    return read_fit(BRANCH, text.encode(), "targets.yaml")


@pytest.fixture(scope="module")
def found():
    return fitted(fit(), "regression", 128, 3, 1, Serial(DrawnMarket()))


def test_what_the_data_tell_is_found(found) -> None:
    """The posterior of the share is Beta(147, 15), its prior being uniform, but for luck of 0.002.

    128 candidates leave an end of the interval uncertain by 0.06 of the prior's standard deviation on the working scale
    (measured over eight seeds), here 0.45 points; three times that is allowed.
    """
    right, rate, _ = found.estimates
    low, high = (100.0 * end for end in stats.beta(147, 15).ppf([0.05, 0.95]))
    assert (right.low, right.high) == pytest.approx((low, high), abs=1.35)
    assert rate.low < 1.2 < rate.high
    assert right.identified
    assert rate.identified
    assert right.profile.width < 0.6


def test_a_flat_parameter_is_unidentified_and_never_called_calibrated(found) -> None:
    staff = found.estimates[2]
    assert not staff.identified
    assert staff.profile.width > 1.0
    said = calibration_sentences(found)
    assert said[0] == "Done right and rate are calibrated."
    assert "next to nothing of staff: unidentified" in said[1]


def test_what_was_held_out_is_predicted_and_never_fitted_to(found) -> None:
    held = [each for each in found.predicted if each.observation.hold_out]
    assert [each.observation.name for each in held] == ["wait"]
    assert held[0].inside
    assert found.score > found.prior_score
    one, other = (
        fitted(fit(TARGETS.replace("value: 4.2", f"value: {wait}")), "regression", 32, 2, 1, Serial(DrawnMarket()))
        for wait in (4.2, 9.9)
    )
    assert [each.median for each in other.estimates] == [each.median for each in one.estimates]
    assert other.score < other.prior_score
    assert any("misses mean wait" in said or "misses wait" in said for said in calibration_sentences(other))


def test_text_and_tables_hold_together(found) -> None:
    text = calibration_text(found, 100)
    assert max(map(len, text.splitlines())) <= 130
    assert "146 of 160" in text
    assert "held out:" in text
    content = calibration_object(found)
    assert [each["identified"] for each in content["parameters"]] == [True, True, False]
    assert posterior_table(found)["weight"].sum() == pytest.approx(1.0)
    candidates = candidates_table(found)
    assert len(candidates) == content["candidates"] == 128
    assert candidates["log_likelihood"].idxmax() is not None


def test_the_file_keeps_everything_but_the_fitted_numbers(found) -> None:
    text = with_fitted_numbers(BRANCH, SCENARIO.encode(), found.estimates, "fitted to targets.yaml")
    old, new = SCENARIO.splitlines(), text.splitlines()
    changed = [place for place, (before, after) in enumerate(zip(old, new, strict=True)) if before != after]
    assert len(changed) == 2
    again = read_scenario(text.encode(), "fitted.yaml")
    right = again.assumptions()[RIGHT]
    assert (right.source, right.note) == ("derived", "fitted to targets.yaml")
    low, high = (float(end.rstrip("%")) for end in (right.low, right.high))
    assert (low, high) == pytest.approx((found.estimates[0].low, found.estimates[0].high), rel=1e-5)
    assert again.assumptions()[STAFF].source == "assumed"
    draws = [again.document("none", {RIGHT: quantile}).service.quality.right_first_time for quantile in (0.0, 1.0)]
    assert draws == pytest.approx([low / 100, high / 100]), "compare --uncertain draws from the fitted interval"


def test_a_target_no_parameter_moves_is_refused() -> None:
    stuck = TARGETS + "  lost: {measure: lost_visits, observed: {count: 7}}\n"
    with pytest.raises(RequestError, match=r"target 'lost' .* no parameter moves it"):
        fitted(fit(stuck), "regression", 64, 2, 1, Serial(DrawnMarket()))


def test_a_target_that_is_never_reported_is_refused() -> None:
    undefined = TARGETS + "  gap: {measure: gap_4, observed: {value: 0.2, error: 0.1}}\n"
    with pytest.raises(RequestError, match=r"gap_4"):
        fitted(fit(undefined), "regression", 64, 2, 1, Serial(DrawnMarket()))


def test_all_candidates_share_the_luck_of_their_replications() -> None:
    """The mutation: other replications give another count at the same candidate."""
    bench = Bench(fit(), 1, 3, Serial(DrawnMarket()))
    z = np.zeros((2, 3))
    tried = bench.run(z)
    assert (tried.runs["complaints"][0] == tried.runs["complaints"][1]).all()
    other = bench.run(z[:1], [7, 8, 9]).runs["complaints"][0]
    assert (other != tried.runs["complaints"][0]).any()


def test_candidates_that_break_a_constraint_are_not_run() -> None:
    class Counting(DrawnMarket):
        runs = 0

        def run(self, run):
            Counting.runs += 1
            return super().run(run)

    bench = Bench(fit(TARGETS.replace("targets:", "constraints: [rate < 1]\ntargets:", 1)), 1, 2, Serial(Counting()))
    tried = bench.run(np.array([[0.0, 2.0, 0.0], [0.0, -2.0, 0.0]]))
    assert tried.possible.tolist() == [False, True]
    assert Counting.runs == 2


def test_causes_of_leaving_and_single_days_are_seen_in_every_run() -> None:
    text = TARGETS + (
        "  causes: {categories: {price: {cause: price, count: 18}, rival: {cause: rival, count: 2}}}\n"
        "  early: {measure: complaints, days: 1 Sep to 15 Sep, observed: {count: 6}}\n"
    )
    bench = Bench(fit(text), 1, 2, Serial(DrawnMarket()))
    tried = bench.run(np.zeros((1, 3)))
    right = 0.01 * bench.fit.space.values(np.zeros((1, 3)))[0, 0]
    assert tried.runs["causes"][0, 0] == pytest.approx([round(20 * right) / 20, 1 - round(20 * right) / 20])
    assert tried.runs["early"][0, :, 0] == pytest.approx(tried.runs["complaints"][0, :, 0] / 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "nuts"}, "there is no method 'nuts'"),
        ({"replications": 1}, "at least 2 replications"),
        ({"candidates": 3}, "at least 16"),
    ],
)
def test_a_fit_that_cannot_be_is_refused(options, said, tmp_path) -> None:
    file = tmp_path / "targets.yaml"
    file.write_text(TARGETS, encoding="utf-8")
    with pytest.raises(RequestError, match=said):
        calibrate(BRANCH, file, **options)


def test_a_check_needs_luck(tmp_path) -> None:
    file = tmp_path / "targets.yaml"
    file.write_text(TARGETS, encoding="utf-8")
    with pytest.raises(RequestError, match="at least 2 replications"):
        check(BRANCH, file, replications=1)


@pytest.fixture(scope="module")
def recovery():
    return recovered(fit(), 30, 96, 2, 1, 3, Serial(DrawnMarket()))


def test_the_intervals_of_known_truths_hold_them(recovery) -> None:
    """99.9 % of a binomial with 30 fits and chance 0.9; the long form has 100 fits."""
    for each in recovery.parameters:
        assert each.recovered, each.parameter.name
        assert each.uneven > 0.001, each.parameter.name
    assert "hold the truth as often as they should" in recovery_sentences(recovery)[0]
    assert "next to nothing of staff" in " ".join(recovery_sentences(recovery))
    assert "of 30" in recovery_text(recovery)


def test_intervals_of_half_the_width_would_be_found_out(recovery) -> None:
    """The mutation: ranks of a posterior as sharp again as it may be lie too often at its ends."""
    from dataclasses import replace

    from scipy import special

    for each in recovery.parameters:
        sharp = special.ndtr(2.5 * special.ndtri(np.clip(each.rank, 1e-6, 1 - 1e-6)))
        assert not replace(each, rank=sharp).recovered


@pytest.mark.study
def test_of_a_hundred_fits_the_intervals_hold_the_truth_in_79_to_98() -> None:
    found = recovered(fit(), 100, 256, 8, 1, 17, Serial(DrawnMarket()))
    for each in found.parameters:
        assert each.band == (79, 98)
        assert each.recovered, (each.parameter.name, each.held)
        assert each.uneven > 0.001


@pytest.mark.study
def test_fits_in_two_rounds_hold_the_truth_as_often() -> None:
    found = recovered(fit(), 40, 96, 4, 2, 17, Serial(DrawnMarket()))
    for each in found.parameters:
        assert each.recovered, (each.parameter.name, each.held)


@pytest.mark.study
def test_the_quick_fit_and_the_longer_abc_smc_agree() -> None:
    """Within 4.5 standard errors of the particles' quantiles, √(p(1 - p)/n)/φ(Φ⁻¹(p)) posterior sd, n their effective
    number.
    """
    quick = fitted(fit(), "regression", 256, 2, 1, Serial(DrawnMarket()))
    longer = fitted(fit(), "smc", 80, 2, 1, Serial(DrawnMarket()))
    assert longer.generations[-1].temperature == 1.0
    assert not longer.stalled
    spread = np.sqrt(np.diag(longer.sample.covariance()) / longer.sample.effective)
    for place, (one, other) in enumerate(zip(quick.estimates[:2], longer.estimates[:2], strict=True)):
        for end, at in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
            places = [each.parameter.z_of(getattr(each, end)) for each in (one, other)]
            error = spread[place] * np.sqrt(at * (1 - at)) / stats.norm.pdf(stats.norm.ppf(at))
            assert places[0] == pytest.approx(places[1], abs=4.5 * error), (one.parameter.name, end)
    assert not longer.estimates[2].identified
