"""Power by the hour: without a word nobody moves; the evening falls with those who know, and the posts' queue too."""

from __future__ import annotations

from functools import cache

import pytest

from experiments.comparing.intervals import Interval, paired_interval
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import REPLICATIONS, case, document

pytestmark = pytest.mark.slow

PLANS = """
  all_know: {extends: untold, set: {tariffs.by_hour.known: 100%}}
  unmoved: {extends: leaflet_and_talks, set: {tariffs.by_hour.inconvenience: {constant: 9}}}
  unspoken: {extends: leaflet_and_talks, set: {tariffs.by_hour.passed_on: 0}}
"""
POWER = case("time-of-use", PLANS, run="8 Mar 2027 to 11 Apr 2027", campaign="15 Mar to 11 Apr")
SETTLED = 14
"""Day from which the leaflet has reached most of those it reaches at all."""
EVENING = (17, 22)


@cache
def lived(plan: str, replication: int) -> RunResult:
    return Market(document(POWER, plan), replication=replication, keep_encounters=True).run()


def evening_wait(plan: str, replication: int) -> float:
    """Mean wait at the posts of those who come for a charge in the evening, minutes."""
    visits = lived(plan, replication).encounters
    assert visits is not None
    hour = visits["arrived"] % 1440 / 60
    at_posts = (visits["process"] == "charging at posts") & (hour >= EVENING[0]) & (hour < EVENING[1])
    return float(visits.loc[at_posts & (visits["day"] >= SETTLED), "wait"].mean())


def relief(plan: str) -> Interval:
    """Evening wait of a plan less that of one price all day."""
    mine, other = ([evening_wait(each, number) for number in range(REPLICATIONS)] for each in (plan, "one_price"))
    return paired_interval(mine, other)


def peak(plan: str) -> float:
    """Share of visits in the evening, from the day on which awareness has settled; one replication."""
    days = lived(plan, 0).daily.iloc[SETTLED:]
    return float(days["tariff_peak_by_hour"].sum() / days["tariff_visits_by_hour"].sum())


def aware(plan: str) -> float:
    days = lived(plan, 0).daily.iloc[SETTLED:]
    return float(days["tariff_known_by_hour"].sum() / days["customers"].sum())


def test_without_a_word_everybody_comes_at_the_same_minute_as_at_one_price() -> None:
    told, plain = lived("untold", 0).encounters, lived("one_price", 0).encounters
    assert told is not None
    assert plain is not None
    assert told["arrived"].tolist() == plain["arrived"].tolist()
    assert lived("untold", 0).value("revenue") != lived("one_price", 0).value("revenue")


def test_where_everybody_knows_they_do_not() -> None:
    """The mutation: the same tariff, not announced by anybody, but known."""
    assert peak("all_know") < 0.8 * peak("untold")


def test_the_evening_falls_in_proportion_to_awareness_times_response() -> None:
    """p = p0·(1 - a·R), R the response when everybody knows; within 5 % of p0, luck of who knows included."""
    response = 1.0 - peak("all_know") / peak("one_price")
    for plan in ("leaflet", "leaflet_and_talks"):
        assert 0.1 < aware(plan) < 0.9
        expected = peak("one_price") * (1.0 - aware(plan) * response)
        assert peak(plan) == pytest.approx(expected, abs=0.05 * peak("one_price"))


def test_the_queue_at_the_posts_eases_in_the_evening_and_more_where_more_know() -> None:
    some, more = relief("leaflet"), relief("leaflet_and_talks")
    assert some.high < 0.0
    assert more.high < 0.0
    assert more.mean < some.mean


def test_where_no_saving_is_worth_the_trouble_the_queue_stays() -> None:
    """The mutation: as many know, and nobody moves."""
    assert aware("unmoved") == pytest.approx(aware("leaflet_and_talks"), abs=0.1)
    assert peak("unmoved") == peak("one_price")
    assert evening_wait("unmoved", 0) == evening_wait("one_price", 0)


def test_people_tell_one_another() -> None:
    """The mutation: the same leaflet and talks, to the same people, where nobody passes it on leave fewer who know."""
    spoken, unspoken = lived("leaflet_and_talks", 0).daily, lived("unspoken", 0).daily
    known = [daily["tariff_known_by_hour"].to_numpy() for daily in (spoken, unspoken)]
    assert (known[0] >= known[1]).all()
    assert known[0][SETTLED] > known[1][SETTLED] + 10
