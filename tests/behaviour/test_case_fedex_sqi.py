"""The parcel carrier's index: weights times counts every day, whatever the weights; fewer failures, fewer points."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document, lowers, run, value

pytestmark = pytest.mark.slow

TWO_WEEKS = "calendar: {run: 20 Nov 2026 to 3 Dec 2026, campaign: 23 Nov to 3 Dec}"
LOST = "lost: {weight: 10, needs: [parcel], rate: 0.000005}"
CARRIER = case(
    "fedex-sqi",
    f"""
  no_queues: {{set: {{service.capacity: unlimited}}}}
  no_queues_more_vans: {{extends: more_vans, set: {{service.capacity: unlimited}}}}
  every_parcel: {{set: {{indices.sqi.failures: {{parcel: {{weight: 1, needs: [parcel], rate: 1}}}}}}}}
  only_lost: {{set: {{{TWO_WEEKS}, indices.sqi.failures: {{{LOST}}}}}}}
  only_lost_careful: {{extends: careful, set: {{{TWO_WEEKS}, indices.sqi.failures: {{{LOST}}}}}}}
""",
    run="9 Nov 2026 to 13 Dec 2026",
    campaign="23 Nov to 13 Dec",
)
PUBLISHED = {
    "today": (10, 10, 10, 5, 5, 5, 1, 1, 1, 1, 1, 1),
    "textbook_weights": (10, 10, 3, 3, 5, 0, 3, 1, 1, 1, 0, 1),
}
LATE = ("wrong_day_late", "missed_pick_up", "abandoned_call")


def counts(result: RunResult) -> np.ndarray:
    """Counts by day and kind, in the order of the file."""
    assert result.indices is not None
    return result.indices["count"].to_numpy().reshape(len(result.daily), -1)


def total(result: RunResult, kind: str) -> int:
    assert result.indices is not None
    return int(result.indices.loc[result.indices["failure"] == kind, "count"].sum())


@pytest.mark.parametrize("plan", ["today", "more_vans", "careful", "textbook_weights"])
def test_the_index_of_every_day_is_weights_times_counts(plan: str) -> None:
    """With the published weights, not those the run used: a wrong weight in the file would show."""
    result = run(CARRIER, plan, 0)
    weights = PUBLISHED.get(plan, PUBLISHED["today"])
    points = (counts(result) * np.array(weights)).sum(axis=1)
    assert result.daily["index_sqi"].tolist() == points.tolist()
    assert points.sum() > 1_000


def test_the_weights_of_another_version_would_be_noticed() -> None:
    """The mutation: the counts of today with the textbook's weights are not the index of today."""
    result = run(CARRIER, "today", 0)
    other = (counts(result) * np.array(PUBLISHED["textbook_weights"])).sum(axis=1)
    assert result.daily["index_sqi"].tolist() != other.tolist()


def test_counts_of_what_the_market_does_are_those_of_its_visits() -> None:
    market = Market(document(CARRIER, "today"), keep_encounters=True)
    result = market.run()
    visits = result.encounters
    assert visits is not None
    parcels, calls = (visits[visits["process"].str.startswith(task)] for task in ("parcel", "call"))
    served = parcels[parcels["outcome"] == "served"]
    later = served["ended"] // 1440 > served["arrived"] // 1440
    minutes = served["ended"] - served["arrived"]
    assert total(result, "wrong_day_late") == int(later.sum()) > 0
    assert total(result, "right_day_late") == int(((minutes > 90) & (minutes <= 720)).sum()) > 0
    assert total(result, "missed_pick_up") == int((parcels["outcome"] == "blocked").sum()) > 0
    assert total(result, "abandoned_call") == int((calls["outcome"] == "blocked").sum()) > 0


def test_kinds_the_market_does_not_produce_come_at_their_stated_rate() -> None:
    """Binomial: within 3.3 standard deviations. A kind of rate 1 counts the parcels served."""
    parcels = total(run(CARRIER, "every_parcel", 0), "parcel")
    assert parcels > 10_000
    for kind, rate in (("invoice", 0.00066), ("trace", 0.00027), ("international", 0.00024)):
        found = total(run(CARRIER, "today", 0), kind)
        assert abs(found - rate * parcels) < 3.3 * np.sqrt(rate * parcels)


def test_more_vans_mean_fewer_late_parcels_and_fewer_points() -> None:
    assert lowers(CARRIER, "more_vans", "today", "index_sqi")
    assert lowers(CARRIER, "more_vans", "today", "per_1000_index_sqi")


def test_without_queues_more_vans_change_no_point_of_the_index() -> None:
    """The mutation: with unlimited capacity nothing is late or missed, and vans do not matter."""
    alone, more = (run(CARRIER, plan, 0) for plan in ("no_queues", "no_queues_more_vans"))
    assert [total(alone, kind) for kind in LATE] == [0, 0, 0]
    # What is left of the fourth are tours that take longer than 90 minutes by themselves.
    assert total(alone, "right_day_late") < total(run(CARRIER, "today", 0), "right_day_late") / 20
    assert (counts(alone) == counts(more)).all()


def test_care_at_the_sorting_desk_lowers_the_index_where_it_counts_damage() -> None:
    assert lowers(CARRIER, "careful", "today", "index_sqi")
    assert total(run(CARRIER, "careful", 0), "damaged") < total(run(CARRIER, "today", 0), "damaged") / 2


def test_an_index_that_does_not_count_damage_does_not_see_the_care() -> None:
    """The mutation: with the one kind that care does not touch, the index stands still."""
    careful, careless = (value(CARRIER, plan, "index_sqi", "whole", 0) for plan in ("only_lost_careful", "only_lost"))
    assert abs(careful - careless) <= 10 / 14, "at most one parcel lost more or less"


def test_other_weights_change_the_points_and_nothing_of_the_market() -> None:
    today, textbook = run(CARRIER, "today", 0), run(CARRIER, "textbook_weights", 0)
    assert (counts(today) == counts(textbook)).all()
    columns = [name for name in today.daily.columns if "index" not in name]
    assert today.daily[columns].equals(textbook.daily[columns])
    assert today.value("index_sqi") != textbook.value("index_sqi")
