"""The department's card: what the rule says it gives, and how far a gamed sample stands above the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.intervals import Interval, paired_interval
from tests.behaviour.casebook import case, document, effect, raises, run, value

pytestmark = pytest.mark.slow

REPLICATIONS = 4
DEPARTMENT = case(
    "service-appraisal",
    """
  gaming_of_nothing:
    extends: gamed
    set: {scorecards.appraisal.gaming: {hides: 0, falsifies: 0}}
  gamed_calls_only:
    extends: gamed
    set: {scorecards.appraisal.gaming.hides: 0}
  nobody_looks:
    extends: gamed_and_inspected
    set: {scorecards.appraisal.inspection.share: 0}
""",
    run="1 Jan 2026 to 31 Mar 2026",
)
MONTHS = 3
HALF_YEAR = case("service-appraisal")
BAND = {"100%": 0, "95%": -1, "80%": -2, "75%": -3, "below": -5}


def lines(plan: str, component: str, replication: int = 0) -> pd.DataFrame:
    """The monthly lines of one component."""
    table = run(DEPARTMENT, plan, replication).scorecards
    assert table is not None
    return table[table["component"] == component].reset_index(drop=True)


def above_truth(plan: str) -> list[float]:
    """Measured share of satisfied customers less the true one, mean of the months of each replication."""
    found = []
    for replication in range(REPLICATIONS):
        rows = lines(plan, "satisfaction", replication)
        found.append(float((rows["measured"] - rows["true"]).mean()))
    return found


def card_of(plan: str, against: str) -> Interval:
    """The card of one plan less that of another, month by month: every month has samples of its own."""
    mine, other = (
        [points for each in range(3) for points in lines(name, "as assessed", each)["measured_points"]]
        for name in (plan, against)
    )
    return paired_interval(mine, other)


def sampling_error(plan: str) -> float:
    """Standard error of the mean of `above_truth`: √(p(1 - p)/n) a month, of the calls that reached somebody."""
    section = document(DEPARTMENT, plan).scorecards["appraisal"].callbacks
    assert section is not None
    called = section.per_person * section.people * section.reached
    true = lines(plan, "satisfaction")["true"]
    return float(np.sqrt((true * (1 - true) / called).mean() / (len(true) * REPLICATIONS)))


def test_the_card_has_the_marks_bands_and_assessors_of_the_rule() -> None:
    card = document(DEPARTMENT, "honest").scorecards["appraisal"]
    assert [each.weight for each in card.components.values()] == [30, 20, 10, 10, 10, 10, 10, 0, 0]
    assert {name: each.weight for name, each in card.assessors.items()} == {"self": 15, "superior": 60, "peers": 25}
    for name in ("completion", "satisfaction"):
        assert card.components[name].bands == {1.0: 0, 0.95: -1, 0.80: -2, 0.75: -3, 0.0: -5}
    assert card.components["authenticity"].bands == {0: 0, 1: -1, 2: -2, 3: -3, 6: -5}
    assert card.components["skill"].each == -2


@pytest.mark.parametrize("plan", ["honest", "gamed", "gamed_and_inspected", "better_work"])
def test_every_card_is_filled_in_by_the_rule(plan: str) -> None:
    """The points worked out again from what was found, with the bands written as the rule has them."""
    for _, row in lines(plan, "completion").iterrows():
        share = row["measured"]
        worth = next((BAND[edge] for edge in ("100%", "95%", "80%", "75%") if share >= float(edge[:-1]) / 100), -5)
        assert row["measured_points"] == 10 + worth
    skill = lines(plan, "skill")
    assert skill["measured_points"].tolist() == np.maximum(30 - 2 * skill["measured"], 0).tolist()
    whole, assessed = (lines(plan, name)["measured_points"] for name in ("whole card", "as assessed"))
    full = np.minimum(whole + 3, 100) * 0.15 + whole * 0.60 + np.minimum(whole + 1, 100) * 0.25
    assert assessed.tolist() == pytest.approx(full.tolist(), abs=1e-9)


def test_gaming_lifts_the_measured_card_above_the_true_one_every_month() -> None:
    for replication in range(REPLICATIONS):
        rows = lines("gamed", "whole card", replication)
        assert (rows["measured_points"] > rows["true_points"]).all()
    assert card_of("gamed", "honest").low > 0


def test_gaming_lifts_measured_satisfaction_beyond_what_sampling_can_do() -> None:
    assert min(above_truth("gamed")) > 0
    assert np.mean(above_truth("gamed")) > 3.3 * sampling_error("gamed")


def test_without_gaming_measured_satisfaction_is_the_true_one_within_sampling_error() -> None:
    assert abs(np.mean(above_truth("honest"))) < 3.3 * sampling_error("honest")
    rows = lines("honest", "whole card")
    assert rows["measured_points"].tolist() == rows["honest_points"].tolist()


def test_gaming_that_hides_and_falsifies_nothing_is_no_gaming() -> None:
    """The mutation: with gaming off, the same card is the honest one, to the last digit."""
    off, honest = (run(DEPARTMENT, plan, 0).scorecards for plan in ("gaming_of_nothing", "honest"))
    assert off is not None
    assert honest is not None
    assert off.equals(honest)


def test_gaming_changes_nothing_of_the_work() -> None:
    honest, gamed = run(DEPARTMENT, "honest", 0), run(DEPARTMENT, "gamed", 0)
    columns = [name for name in honest.daily.columns if "scorecard" not in name and name != "profit"]
    assert honest.daily[columns].equals(gamed.daily[columns])
    assert honest.surveys is not None
    assert gamed.surveys is not None
    assert honest.surveys.equals(gamed.surveys)
    paid, paid_to_gamers = (
        result.ledger[result.ledger["account"] != "awards"].reset_index(drop=True) for result in (honest, gamed)
    )
    assert paid.equals(paid_to_gamers), "all but the awards, which the measured card decides"


def test_a_small_inspection_finds_enough_false_records_to_undo_the_gain() -> None:
    assert card_of("gamed_and_inspected", "gamed").high < 0
    assert card_of("gamed_and_inspected", "honest").low <= 0
    found = lines("gamed_and_inspected", "authenticity")
    assert (found["measured"] > 0).all()
    # About 0.15·0.8 of them are found: binomial, 3.3 standard deviations.
    false = found["true"].sum()
    assert abs(found["measured"].sum() - 0.12 * false) < 3.3 * np.sqrt(false * 0.12 * 0.88)


def test_an_inspection_that_looks_at_nothing_finds_nothing() -> None:
    """The mutation: share 0."""
    assert lines("nobody_looks", "authenticity")["measured"].tolist() == [0.0] * MONTHS
    assert run(DEPARTMENT, "nobody_looks", 0).value("scorecard_appraisal") == run(DEPARTMENT, "gamed", 0).value(
        "scorecard_appraisal"
    )


@pytest.mark.study
def test_training_raises_the_true_card_and_true_satisfaction_where_gaming_raises_neither() -> None:
    assert raises(HALF_YEAR, "better_work", "honest", "satisfaction")
    trained, honest = ([value(HALF_YEAR, plan, "true_scorecard_appraisal", "whole", each) for each in range(6)]
                       for plan in ("better_work", "honest"))  # fmt: skip
    assert paired_interval(trained, honest).low > 0
    assert effect(HALF_YEAR, "gamed", "honest", "true_scorecard_appraisal").high < 0
    assert effect(HALF_YEAR, "gamed", "honest", "satisfaction").mean == 0


def test_false_calls_alone_do_not_touch_the_spot_checks() -> None:
    """Gaming of both kinds hides some of what the spot checks of twelve months find."""
    calls = lines("gamed_calls_only", "skill")
    assert calls["measured"].tolist() == calls["honest"].tolist()
    all_of_it = pd.concat([lines("gamed", "skill", replication) for replication in range(REPLICATIONS)])
    assert all_of_it["measured"].sum() < all_of_it["honest"].sum()
