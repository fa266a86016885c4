"""The dealership's four-minute standard: published without staff it disappoints, published with staff it pleases."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.behaviour.casebook import case, effect, lowers, raises, run, value

pytestmark = pytest.mark.slow

# Letters that nobody answers isolate the promise: they bring no visits, so all they can do is say four minutes.
FORD = (
    case(
        "ford-dealership",
        """
  today_letters_unanswered: {set: {behaviour.choice.advertising: 0}}
  published_letters_unanswered: {extends: published, set: {behaviour.choice.advertising: 0}}
  today_unheard: {set: {behaviour.choice.advertising: 0, behaviour.promises: none}}
  published_unheard: {extends: published, set: {behaviour.choice.advertising: 0, behaviour.promises: none}}
""",
        run="23 Feb 2026 to 12 Apr 2026",
        campaign="2 Mar to 12 Apr",
    )
    .replace("2 Mar to 30 Apr", "2 Mar to 12 Apr")
    .replace("to 19 Apr", "to 12 Apr")
    .replace("1 Apr to 30 Apr", "1 Apr to 12 Apr")
)


def test_publishing_the_standard_without_staff_widens_gap_4() -> None:
    assert raises(FORD, "published", "today", "gap_4")
    assert value(FORD, "published", "gap_4_minutes", "campaign", 0) > 4.0, "minutes waited beyond the promised four"


def test_publishing_the_standard_without_staff_lowers_satisfaction() -> None:
    for measure in ("satisfaction", "visit_satisfaction", "gap_5", "trust"):
        assert lowers(FORD, "published", "today", measure), measure


def test_with_staff_that_can_keep_it_the_standard_raises_satisfaction() -> None:
    for measure in ("satisfaction", "visit_satisfaction", "gap_5", "standard_reception", "profit_with_carried_value"):
        assert raises(FORD, "published_and_staffed", "today", measure), measure
    assert lowers(FORD, "published_and_staffed", "published", "gap_4")


def test_the_promise_alone_does_it_even_when_the_letters_bring_nobody() -> None:
    for measure in ("satisfaction", "visit_satisfaction"):
        assert lowers(FORD, "published_letters_unanswered", "today_letters_unanswered", measure), measure


def test_without_promises_in_peoples_minds_there_is_no_gap_4_and_no_loss() -> None:
    """The mutation: the same letters and the same notice on the wall change nothing but what they cost."""
    assert value(FORD, "published_unheard", "gap_4", "campaign", 0) == 0.0
    told, untold = (run(FORD, plan, 0).periods.set_index(["period", "measure"])["value"] for plan in
                    ("published_unheard", "today_unheard"))  # fmt: skip
    money = {"profit", "campaign_cost", "profit_with_carried_value", "revenue"}
    letters = {"exposures", "contacts", "pressure"}
    same = ~told.index.get_level_values("measure").isin(money | letters)
    pd.testing.assert_series_equal(told[same], untold[same], check_exact=True)


def test_most_of_the_loss_is_the_promise_and_not_the_visits_the_letters_bring() -> None:
    whole = effect(FORD, "published", "today", "visit_satisfaction")
    promise = effect(FORD, "published_letters_unanswered", "today_letters_unanswered", "visit_satisfaction")
    assert promise.mean < whole.mean / 2 < 0.0
