"""Studies of two groups: the ward's published table, power and false alarms against exact sums, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from calibration.cohorts import study as cohort_study
from calibration.cohorts.study import asked_for, studied
from calibration.report.cohort_text import cohort_object, cohort_sentences, cohort_text, p_text
from experiments.engines.runner import Serial
from sim.errors import RequestError
from sim.scenario.load import load_scenario, read_scenario
from tests.unit.drawn_people import DrawnPeople
from tests.unit.synthetic_market import SCENARIO

pytestmark = pytest.mark.slow

BRANCH = read_scenario(
    (
        SCENARIO + "  careless: {set: {service.quality.right_first_time: 80%, service.stations.counter.staff: 4}}\n"
    ).encode(),
    "branch-autumn.yaml",
)
"""Complaints of 5 % and of 20 %; mean waits of 3 and of 4 minutes."""
SIZES = (60, 80)
STUDIES = 130
INDEPENDENT = DrawnPeople()
MEASURES = ("complaints", "wait_mean")


def done(plans, sizes=SIZES, studies=STUDIES, market=INDEPENDENT, measures=MEASURES, **more):
    asked = asked_for(BRANCH, plans, sizes, measures=measures, replications=studies, seed=3, **more)
    return studied(asked, Serial(market))


@pytest.fixture(scope="module")
def different():
    return done(("none", "careless"))


@pytest.fixture(scope="module")
def alike():
    return done(("none", "none"))


def exact_power(one: float, other: float) -> float:
    """Σ Bin(x; n₁, p₁)·Bin(y; n₂, p₂) over the tables that the test which decides calls different."""
    total = 0.0
    first, second = (
        stats.binom(size, share).pmf(np.arange(size + 1)) for size, share in zip(SIZES, (one, other), strict=True)
    )
    for x, y in np.argwhere(np.outer(first, second) > 1e-6).tolist():
        (n, m), hits = SIZES, x + y
        if min(n, m) * min(hits, n + m - hits) < 5 * (n + m):  # the smallest count expected is below five
            p_value = stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue
        else:
            pooled = hits / (n + m)
            z = (x / n - y / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
            p_value = 2 * stats.norm.sf(abs(z))  # chi-square of one degree is a square of a normal
        total += float(first[x] * second[y]) * (p_value < 0.05)
    return total


def within_chance(hits: int, of: int, chance: float) -> bool:
    """Whether so many hits lie in the 99.9 % band of a binomial."""
    low, high = stats.binom(of, chance).ppf([0.0005, 0.9995])
    return bool(low <= hits <= high)


def finding(found, name):
    return next(each for each in found.findings if each.person.name == name)


def test_the_ward_study_is_printed_as_it_was_published() -> None:
    """146/160 and 176/180, 12 and 3 events, 9 and 1 complaints, 87.16 ± 4.94 and 95.78 ± 2.89."""
    ward, plans = load_scenario("ward-nursing"), ("routine", "risk_management")
    measures = ("satisfied_survey_ward", "incidents", "complaints", "delivered", "wait_mean")
    asked = asked_for(ward, plans, (160, 180), measures=measures, observed="ward-nursing")
    satisfied, events, complaints, quality = (each.test for each in asked.reported)
    assert satisfied.chi_square == pytest.approx(7.1990, abs=5e-5)
    assert events.chi_square == pytest.approx(6.8349, abs=5e-5)
    assert events.p_value == pytest.approx(0.0089, abs=5e-5)
    assert (complaints.decides, complaints.p_value) == (
        "Fisher", pytest.approx(stats.fisher_exact([[9, 151], [1, 179]]).pvalue),
    )  # fmt: skip
    assert quality.t == pytest.approx(8.62 / sqrt(4.94**2 / 160 + 2.89**2 / 180))
    back = asked_for(ward, plans[::-1], measures=measures, observed="ward-nursing").reported
    assert back[0].test.difference == pytest.approx(-satisfied.difference)
    assert back[0].effect == pytest.approx(-asked.reported[0].effect)


def test_a_count_is_of_all_people_of_the_year_also_when_fewer_are_drawn() -> None:
    few = asked_for(
        load_scenario("ward-nursing"), ("routine", "risk_management"), (50, 50), measures=["incidents"],
        observed="ward-nursing",
    )  # fmt: skip
    assert few.reported[0].test.chi_square == pytest.approx(6.8349, abs=5e-5)


def test_studies_find_a_difference_as_often_as_the_exact_sum_says(different) -> None:
    complaints = finding(different, "complaints")
    assert within_chance(complaints.found.hits, STUDIES, exact_power(0.05, 0.20))
    assert complaints.low < complaints.found.share < complaints.high
    waits = finding(different, "wait_mean")
    sizes = [0.9 * size for size in SIZES]
    shift = 1.0 / (2.0 * sqrt(sum(1.0 / size for size in sizes)))
    assert within_chance(waits.found.hits, STUDIES, float(stats.norm.sf(1.96 - shift)))


def test_two_groups_of_one_plan_differ_no_more_often_than_the_test_promises(alike) -> None:
    assert within_chance(finding(alike, "complaints").found.hits, STUDIES, exact_power(0.05, 0.05))
    assert within_chance(finding(alike, "wait_mean").found.hits, STUDIES, 0.05)
    assert "nothing differs" in cohort_sentences(alike)[0]


@pytest.mark.study
def test_of_a_thousand_studies_of_one_plan_one_in_twenty_finds_something() -> None:
    found = done(("none", "none"), studies=1000)
    assert within_chance(finding(found, "complaints").found.hits, 1000, exact_power(0.05, 0.05))
    assert within_chance(finding(found, "wait_mean").found.hits, 1000, 0.05)


def test_on_common_luck_no_false_alarm_would_ever_be_found(monkeypatch) -> None:
    """The mutation: groups must be of different people, or studies hardly differ and nothing is ever a false alarm."""
    honest = cohort_study.market_of
    monkeypatch.setattr(
        cohort_study, "market_of", lambda group, text, seed, number: honest(group, text, seed, number // 2)
    )
    shared = done(("none", "none"), sizes=(80, 80), studies=20, measures=["wait_mean"])
    waits = finding(shared, "wait_mean")
    assert waits.found.hits == 0
    assert waits.spread_high < 1.0


def test_the_true_difference_is_that_of_everyone_the_groups_are_drawn_from(different) -> None:
    """Of the 120 customers of each market; the others all complain, and are in no group."""
    for name, truth, variance in (("complaints", 0.15, 0.05 * 0.95 + 0.2 * 0.8), ("wait_mean", 1.0, 2 * 4.0 / 0.9)):
        error = sqrt(variance / 120 / STUDIES)
        assert finding(different, name).truth.mean == pytest.approx(truth, abs=4 * error)
        assert finding(different, name).wrong_way == 0
    everyone = done(("none", "none"), studies=2, among="everyone")
    assert everyone.observations["eligible"].unique().tolist() == [150]
    assert everyone.observations.query("measure == 'complaints'")["everyone"].min() >= 30 / 150


def test_studies_too_small_overstate_what_they_find() -> None:
    """The winner's curse: with a true effect of half an error only large chance differences are called different."""
    few = done(("none", "careless"), sizes=(12, 12), studies=60, measures=["wait_mean"])
    small = finding(few, "wait_mean")
    assert small.found.share < 0.5
    assert small.overstates > 1.5


def test_people_who_share_the_luck_of_their_market_make_a_test_too_sure() -> None:
    """Between studies the difference has the variance s²(1/n₁ + 1/n₂) + 2 τ²; a test knows of the first part only."""
    studies, luck = 60, 0.6
    shared = done(("none", "none"), studies=studies, market=DrawnPeople(luck=luck), measures=["wait_mean"])
    error = 4.0 * sum(1.0 / (0.9 * size) for size in SIZES)
    expected = sqrt(1.0 + 2.0 * luck**2 / error)
    waits = finding(shared, "wait_mean")
    band = np.sqrt(stats.chi2.ppf([0.0005, 0.9995], studies - 1) / (studies - 1))
    assert expected * band[0] < waits.spread < expected * band[1] * 1.02
    assert waits.found.share > 0.15
    assert any("share its luck" in said for said in cohort_sentences(shared))


def test_independent_people_are_not_said_to_share_anything(alike) -> None:
    for each in alike.findings:
        assert each.spread_low < 1.0 < each.spread_high
    assert not any("share its luck" in said for said in cohort_sentences(alike))


def test_the_table_names_groups_tests_and_chances(different) -> None:
    text = cohort_text(different)
    for words in ("careless", "of 60", "chi-square", "df", f"of {STUDIES}", "±", "t "):
        assert words in text
    content = cohort_object(different)
    assert content["groups"] == [{"plan": "none", "size": 60}, {"plan": "careless", "size": 80}]
    assert content["measures"]["complaints"]["found"] == finding(different, "complaints").found.hits
    assert (p_text(0.0004), p_text(0.0487)) == ("< 0.001", "0.049")


def test_who_has_no_value_is_in_no_mean(different) -> None:
    waits = different.observations.query("measure == 'wait_mean'")
    assert waits["of"].max() < 80
    assert finding(different, "wait_mean").first.first.of == waits["of"].iloc[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"plans": ("none",)}, "two groups"),
        ({"plans": ("none", "carelss")}, "careless"),
        ({"plans": None}, "name their plans"),
        ({"sizes": (60,)}, "two sizes"),
        ({"sizes": (60, 30_000)}, "20,000"),
        ({"sizes": (1, 60)}, "two or more"),
        ({"measures": ["complain"]}, "complaints"),
        ({"measures": []}, "name a measure"),
        ({"among": "friends"}, "visitors"),
        ({"replications": 0}, "once"),
    ],
)
def test_a_study_that_cannot_be_is_refused_before_anything_runs(more, said) -> None:
    asked = {"plans": ("none", "careless"), "sizes": SIZES, "measures": MEASURES} | more
    with pytest.raises(RequestError, match=said):
        asked_for(BRANCH, asked.pop("plans"), asked.pop("sizes"), **asked)


def test_a_market_with_fewer_customers_than_the_group_is_refused() -> None:
    with pytest.raises(RequestError, match="only 40 customers"):
        done(("none", "careless"), studies=1, market=DrawnPeople(customers=40))


def test_one_study_alone_says_that_it_cannot_tell_how_often() -> None:
    once = done(("none", "careless"), studies=1)
    assert np.isnan(finding(once, "complaints").truth.low)
    assert "at least 20 studies" in cohort_text(once)
    assert replace(once.groups[0], size=None).size is None
