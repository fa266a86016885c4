"""A retention curve fitted: alpha and beta of the shifted beta-geometric, and what the curve cannot tell apart.

In the suite customers are drawn from the formulas, so that fits of many candidates take seconds; the studies fit the
agents. Fader & Hardie (2007): alpha = .668, beta = 3.806 from years 1 to 7.
"""

from __future__ import annotations

import pytest

from calibration.calibrator import Calibration, calibrate, fitted
from calibration.report.objects import calibration_object
from calibration.report.text import calibration_sentences, calibration_text
from calibration.targets.reading import read_fit, targets_file
from experiments.engines.runner import Serial
from sim.scenario.gallery import gallery
from sim.scenario.load import load_scenario, read_scenario
from tests.unit.drawn_customers import DrawnCohort

pytestmark = pytest.mark.slow

ALPHA, BETA = 0.6681, 3.8061


def text(name: str) -> str:
    return targets_file(name).read_text(encoding="utf-8")


def fit(targets: str, candidates: int = 64) -> Calibration:
    scenario = gallery()["subscribers"].read_text(encoding="utf-8").replace("value: 5000", "value: 2000")
    read = read_fit(read_scenario(scenario.encode(), "subscribers.yaml"), targets.encode(), "targets.yaml")
    return fitted(read, "regression", candidates, 2, 1, Serial(DrawnCohort()))


@pytest.fixture(scope="module")
def own_chances() -> Calibration:
    return fit(text("subscribers"))


@pytest.fixture(scope="module")
def either() -> Calibration:
    return fit(text("subscribers-either"), 160)


def not_found(found: Calibration) -> list[str]:
    """Published numbers outside their intervals, or not identified."""
    expected = zip(found.estimates, (ALPHA, BETA), strict=True)
    return [each.parameter.name for each, truth in expected if not each.low < truth < each.high or not each.identified]


def held_out(found: Calibration) -> list[bool]:
    """Whether each number held out lies in its band."""
    return [each.inside for each in found.predicted if each.observation.hold_out]


def told_apart(found: Calibration) -> list[str]:
    """What the fit claims to know of loyalty and differences, and the curve cannot tell."""
    beginning, differences, loyalty = found.estimates
    said = calibration_sentences(found)
    claims = {
        "some size of differences is ruled out": differences.identified,
        "the profile of differences is not flat": differences.profile is None or not differences.profile.flat,
        "differences are not said to be unidentified": "next to nothing of differences between people: unidentified"
        not in said[0],
        "loyalty rests on nothing": "rests on what was assumed of differences between people" not in said[1],
        "the rest is unknown": not (beginning.identified and loyalty.identified),
        "not all of the rise may be loyalty": not loyalty.low < -6 < loyalty.high,  # -0.186 a year of the source
        "some of it must be": loyalty.high <= -2,
    }
    return [claim for claim, made in claims.items() if made]


def test_the_published_parameters_lie_in_the_intervals(own_chances: Calibration) -> None:
    assert not_found(own_chances) == []


def test_the_five_years_held_out_are_foreseen(own_chances: Calibration) -> None:
    assert held_out(own_chances) == [True] * 6
    assert own_chances.score > own_chances.prior_score


def test_people_who_are_alike_cannot_come_to_the_curve() -> None:
    """The mutation: nobody differs, whatever the mean chance of leaving."""
    alike = text("subscribers").replace("{low: 0.2, high: 3}", "{low: 200, high: 600}")
    found = fit(alike.replace("{low: 1, high: 20}", "{low: 1000, high: 5000}"), 32)
    assert sum(each.verdict == "missed" for each in found.predicted if not each.observation.hold_out) >= 3


def test_a_curve_cannot_tell_grown_loyalty_from_differences_that_were_there(either: Calibration) -> None:
    assert told_apart(either) == []
    assert "rests on differences between people" in calibration_text(either)
    together = calibration_object(either)["known_together"]
    assert ["differences", "loyalty"] in [each["parameters"] for each in together]


def test_what_is_known_of_differences_makes_loyalty_known() -> None:
    """The mutation: differences known to be none, and loyalty is calibrated, to -0.186 a year of the source."""
    known = text("subscribers-either").replace("{low: -2.5, high: 0}", "{low: -0.001, high: 0}")
    found = fit(known)
    beginning, differences, loyalty = found.estimates
    assert loyalty.identified
    assert loyalty.low < -36.525 * 0.186 < loyalty.high < -3
    said = calibration_sentences(found)
    assert "loyalty with the years" in said[0]
    assert not any("rests on" in each for each in said)
    assert not differences.identified
    assert beginning.identified


@pytest.mark.study
def test_agents_come_to_the_published_parameters_and_forecast() -> None:
    found = calibrate(load_scenario("subscribers"), "subscribers", candidates=64)
    assert not_found(found) == []
    assert held_out(found) == [True] * 6
    assert found.score > found.prior_score


@pytest.mark.study
def test_agents_cannot_be_told_apart_either() -> None:
    found = calibrate(load_scenario("subscribers"), "subscribers-either", candidates=64)
    assert told_apart(found) == []
