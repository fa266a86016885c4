"""Targets that follow customers: retention curves, people by how often they came, and shares of everyone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from calibration.losses.kinds import BetaBinomial
from calibration.losses.likelihood import luck_of
from calibration.losses.luck import Luck
from calibration.losses.retention import TimesOfLeaving
from calibration.losses.shares import DirichletMultinomial
from calibration.samplers.sobol import keyed_uniforms
from calibration.targets.observer import Visitors
from calibration.targets.reading import load_fit, read_fit
from sim.errors import ScenarioError
from sim.measurement.retention import OpeningCohort
from sim.scenario.load import load_scenario
from tests.unit.drawn_customers import result

COHORT, BUYERS = load_scenario("subscribers"), load_scenario("repeat-buyers")
HEAD = """targets_of: {name}
parameters:
  alpha: {{path: behaviour.leaving.alpha, prior: {{uniform: {{low: 0.2, high: 3}}}}}}
targets:
  curve: {target}
"""
NONE = Luck(0.0, 10**9)


def problem(scenario, target: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_fit(scenario, HEAD.format(name=scenario.name, target=target).encode(), "targets.yaml")
    return str(caught.value)


def test_who_left_and_came_back_is_not_retained_again_and_newcomers_never_are() -> None:
    cohort = OpeningCohort(np.array([True, True, True, False]))
    assert cohort.columns(np.array([1])) == {"cohort_kept": 2, "cohort": 3}
    assert cohort.columns(np.array([1, 3]))["cohort_kept"] == 2
    assert cohort.columns(np.zeros(0, np.int64))["cohort_kept"] == 2
    assert cohort.columns(np.array([0, 2]))["cohort_kept"] == 0


def test_a_curve_is_who_left_by_when_and_who_stayed() -> None:
    first, second = load_fit(COHORT, "subscribers").observations
    assert isinstance(first.loss, TimesOfLeaving)
    assert first.loss.counts == (131, 126, 90, 60, 42, 34, 26, 491)
    assert [look.days for look in first.looks] == [(day, day) for day in range(9, 70, 10)]
    kept = np.array([[[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]]])
    assert first.runs(kept)[0, 0] == pytest.approx([0.1] * 7 + [0.3])
    assert second.hold_out
    assert second.loss.counts == (509, 23, 23, 18, 18, 15, 394)


def test_the_likelihood_of_a_curve_is_that_of_its_stages() -> None:
    """A multinomial over times of leaving is the product of binomials, each of those left by the stage before."""
    kept = [1000, 869, 743, 653]
    shares = np.array([0.15, 0.1, 0.08, 0.67])
    loss = TimesOfLeaving((131, 126, 90, 653))
    left, expected = 1.0, 0.0
    for before, after, share in zip(kept[:-1], kept[1:], shares, strict=False):
        expected += stats.binom.logpmf(before - after, before, share / left)
        left -= share
    assert float(loss.log_likelihood(loss.observed, shares[np.newaxis], NONE)[0]) == pytest.approx(expected, rel=1e-6)


def test_a_later_part_of_a_curve_tells_nothing_of_the_part_before() -> None:
    """Binomials from the second stage on; the mutation: without `later` the first stage counts."""
    shares = np.array([[0.15, 0.1, 0.08, 0.67], [0.55, 0.1 * 9 / 17, 0.08 * 9 / 17, 0.67 * 9 / 17]])
    later, whole = TimesOfLeaving((131, 126, 90, 653), later=True), TimesOfLeaving((131, 126, 90, 653))
    one, other = later.log_likelihood(np.tile(later.observed, (2, 1)), shares, NONE)
    assert one == pytest.approx(other, rel=1e-9)
    expected = stats.binom.logpmf(126, 869, 0.1 / 0.85) + stats.binom.logpmf(90, 743, 0.08 / 0.75)
    assert one == pytest.approx(expected, rel=1e-6)
    one, other = whole.log_likelihood(np.tile(whole.observed, (2, 1)), shares, NONE)
    assert one > other + 100
    drawn = later.drawn(
        keyed_uniforms((4000, later.uniforms), 3, "later"), np.tile(shares[:1], (4000, 1)), Luck(1e-3, 4)
    )
    assert (drawn[:, 0] == 131).all()
    assert drawn[:, 1].mean() == pytest.approx(869 * 0.1 / 0.85, abs=4.5 * drawn[:, 1].std() / np.sqrt(4000))


def test_of_everyone_the_data_spread_as_the_market_does() -> None:
    """The variance of a share is luck·(1 + 1/R)·p(1 - p), where of a sample p(1 - p)/n would be added."""
    size, runs, of = 3.0 / 500, 4, 500
    centre = np.tile([0.3, 0.5, 0.2], (40_000, 1))
    uniforms = keyed_uniforms((len(centre), 6), 5, "everyone")
    for everyone, expected in ((True, size * 1.25), (False, size * 1.25 * (1 - 1 / of) + 1 / of)):
        for loss in (DirichletMultinomial((150, 250, 100), everyone), BetaBinomial(150, of, everyone)):
            drawn = loss.drawn(uniforms[:, : loss.uniforms], centre[:, : loss.components], Luck(size, runs))[:, 0] / of
            # A sample variance of n nearly normal values has a relative standard error of √(2/n).
            assert drawn.var() == pytest.approx(0.21 * expected, rel=5 * np.sqrt(2 / len(centre)))


def test_everyone_never_spreads_less_than_people_who_decide_for_themselves() -> None:
    loss = BetaBinomial(150, 500, everyone=True)
    centre = np.array([[0.3]])
    assert float(loss.log_likelihood(loss.observed, centre, NONE)[0]) == pytest.approx(
        stats.binom.logpmf(150, 500, 0.3)
    )


def test_luck_is_learned_from_all_categories() -> None:
    """Runs of n people each for themselves: luck is 1/n of p(1 - p), whichever category is looked at."""
    shares = np.random.default_rng(1).multinomial(500, [0.7, 0.2, 0.1], size=(2000, 2)) / 500
    found = luck_of(DirichletMultinomial((7, 2, 1)), shares)
    assert found.size * 500 == pytest.approx(1.0, abs=5 * np.sqrt(2 / 4000))


def test_people_are_counted_by_how_often_they_came() -> None:
    run = result(10, {"served": np.zeros(3)}, pd.DataFrame({"customer": range(6), "visits_order": [1, 1, 2, 3, 9, 0]}))
    numbers = [Visitors("order", low, high).number(run) for low, high in ((0, 0), (1, 1), (2, 2), (3, None), (0, 1))]
    assert numbers == [5, 2, 1, 2, 7]


def test_the_file_of_repeat_buyers_reads_as_it_is_meant() -> None:
    buyers, weeks, *held = load_fit(BUYERS, "repeat-buyers").observations
    assert buyers.loss == DirichletMultinomial((1411, 439, 214, 100, 62, 38, 29, 64), everyone=True)
    assert buyers.categories[-1] == "7 or more"
    assert sum(weeks.loss.counts) == 1724
    assert [float(each.loss.observed[0]) for each in held] == [733, 726, 661, 495]
    assert all(each.hold_out for each in held)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("{retention: {of: 100, kept: {10 Jan: 90, 20 Jan: 95}}}", "95 are left on 2026-01-20, more than the 90"),
        ("{retention: {of: 100, kept: {10 Jan 2027: 90}}}", "does not lie inside the run"),
        ("{retention: {of: 100, kept: {10 Jan: 90.5}}}", "whole numbers"),
        ("{retention: {of: 100, kept: {32 Jan: 90}}}", "32 Jan"),
        (
            "{retention: {of: 100, since: 20 Jan, kept: {10 Jan: 90, 20 Jan: 80}}}",
            "'since' is the first day of the curve",
        ),
        ("{retention: {of: 100, since: 10 Jan, kept: {10 Jan: 90}}}", "at least one more follows"),
        ("{retention: {of: 0, kept: {10 Jan: 0}}}", "0"),
        ("{retention: {of: 100, kept: {10 Jan: 90}}, days: 1 Jan to 9 Jan}", "it has no measure, days or part"),
        ("{retention: {of: 100, kept: {10 Jan: 90}}, measure: churned}", "it has no measure, days or part"),
        ("{retention: {of: 100, kept: {10 Jan: 90}}, likelihood: normal}", "no normal likelihood"),
        ("{per_customer: {task: isue, people: {0: 1, 1: 2}}}", "did you mean 'issue'"),
        ("{per_customer: {task: issue, people: {0: 1, 2: 2}}}", "go up by one"),
        ("{per_customer: {task: issue, people: {0 or more: 1, 1: 2}}}", "only the last"),
        ("{per_customer: {task: issue, people: {none: 1, 1: 2}}}", "'none' is no number of visits"),
        ("{per_customer: {task: issue, people: {0: 0, 1: 0}}}", "nobody is counted"),
        ("{per_customer: {task: issue, people: {0: 1, 1: 2}}, everyone: true}", "of everyone both are the same"),
        ("{measure: churned, observed: {count: 3}, everyone: true}", "counts are of everyone as they are"),
        ("{measure: retained, observed: {part: 3, of: 5}, everyone: true, likelihood: binomial}", "take one"),
    ],
)
def test_what_cannot_be_is_refused_once_and_in_plain_words(target: str, said: str) -> None:
    found = problem(COHORT, target)
    assert said in found
    assert found.startswith("targets.yaml:5: targets.curve")
    assert len(found.splitlines()) == 1
