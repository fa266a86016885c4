"""Reviews: the stock that visits add to and time takes from, who writes, who reads, and what the firm can do."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import pytest

from sim.behaviour import reviews as science
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.small_documents import small_document

PEOPLE = 2000
SERVICE: dict[str, Any] = {
    "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
    "tasks": {"errand": {"at": "counter", "takes": {"exponential": {"mean": "5 min"}}}},
    "patience": {"exponential": {"mean": "30 min"}},
}
REVIEWS: dict[str, Any] = {
    "opening": {"number": 60, "rating": 4.0},
    "half_life": "20 days",
    "reading": {"found": "2 per year", "rating": 1.0, "volume": 0.6, "reads": 0.5},
}


def world(reviews: dict[str, Any] | None, staff: Any = "unlimited", **sections: Any) -> Document:
    return small_document(
        **{
            "market": {
                "customers": PEOPLE,
                "segments": {"everyone": {"share": 1}},
                "traits": {"existing": 0.1, "aware": 0.3},
                "needs": {"errand": {"task": "errand", "rate": "1 per week", "price": 5}},
                "rivals": {"other": {"attractiveness": 0}},
            },
            "service": {**SERVICE, "stations": {"counter": {"staff": staff, "open": "09:00-17:00"}}},
            "behaviour": {"word_of_mouth": "none", "leaving": {"form": "none"}, "choice": {"constant": -2.5}},
            "calendar": {"run": "2009-09-07 to 2009-11-15"},
            **({} if reviews is None else {"reviews": reviews}),
            **sections,
        }
    )


def run(reviews: dict[str, Any] | None, staff: Any = "unlimited", **sections: Any) -> RunResult:
    return Market(world(reviews, staff, **sections)).run()


@pytest.fixture(scope="module")
def reviewed() -> RunResult:
    return run(REVIEWS)


def test_stars_follow_satisfaction_and_a_review_fades_by_its_half_life() -> None:
    assert science.stars(np.array([0.0, 12.4, 12.5, 50.0, 87.4, 87.5, 100.0])).tolist() == [1, 1, 2, 3, 4, 5, 5]
    assert science.kept(days=180, half_life=180) == 0.5
    assert science.kept(days=1, half_life=20) ** 20 == pytest.approx(0.5, abs=1e-12)
    assert science.quality_told(1.0) == 1.0
    assert science.quality_told(5.0) == 7.0


def test_many_good_reviews_persuade_and_many_bad_ones_deter() -> None:
    terms = {"usual": 4.0, "half": 50.0, "per_star": 0.5, "volume": 0.3}
    assert science.reading_utility(number=50, rating=5, **terms) == pytest.approx(0.5 * (0.5 + 0.3))
    assert science.reading_utility(number=50, rating=2, **terms) == pytest.approx(0.5 * (-1.0 + 0.3))
    assert science.reading_utility(number=0, rating=float("nan"), **terms) == 0.0


def test_the_stock_is_what_was_there_and_written_less_what_has_faded(reviewed: RunResult) -> None:
    """N' = N·0.5^(1/h) + written, every day."""
    standing, days = 60.0, reviewed.daily
    for day, written in enumerate(days["reviews_written"]):
        standing = standing * 0.5 ** (1 / 20) + written
        assert days["reviews_standing"][day] == pytest.approx(standing, rel=1e-9)


def test_the_very_pleased_and_the_very_angry_write_most() -> None:
    """Three visits in ten go wrong: both ends of satisfaction write more than the middle."""
    posting = {"neutral": 77, "base": 0.02, "delight": 0.9, "anger": 0.9}
    market = Market(
        world(
            {**REVIEWS, "posting": posting},
            behaviour={"word_of_mouth": "none", "leaving": {"form": "none"}},
            service={**SERVICE, "quality": {"right_first_time": 0.7, "failure_level": 1.0}},
        )
    )
    wrote, scores = [], []
    for _ in range(40):
        market.step()
        judged = market.today.judgement
        writers = [rows for what, _, rows in market.today.befell if what == "wrote a review"]
        wrote.append(np.isin(judged.rows, np.concatenate(writers)))
        scores.append(judged.satisfaction)
    wrote, scores = np.concatenate(wrote), np.concatenate(scores)
    ends = (scores < 60, np.abs(scores - 77) < 4, scores > 88)
    low, middle, high = (float(wrote[part].mean()) for part in ends)
    assert min(int(part.sum()) for part in ends) > 100
    assert low > 1.5 * middle
    assert high > 1.5 * middle


def test_people_come_upon_reviews_at_the_rate_said() -> None:
    """Nobody writes, nothing fades to speak of: a constant hazard found·n/(n + half) makes the unaware aware."""
    reviews = {
        "opening": {"number": 50, "rating": 4},
        "half_life": "100 years",
        "posting": {"base": 0, "delight": 0, "anger": 0},
        "reading": {"found": "4 per year"},
    }
    market = Market(world(reviews))
    unaware = int(np.count_nonzero(~market.customers.aware))
    result = market.run()
    share = 1 - np.exp(-4 / 365.25 * 0.5 * len(result.daily))
    found = result.value("found_by_reviews") / unaware
    assert found == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / unaware))


def test_reading_shifts_the_choice_by_its_utility() -> None:
    """Logit: with everybody reading, the odds of the firm against the rival move by the utility of the reviews."""

    def odds(rating: float) -> float:
        market = Market(
            world(
                {
                    "opening": {"number": 1e9, "rating": rating},
                    "reading": {"reads": 1, "rating": 1, "volume": 0, "expectation": 0},
                },
                market={
                    "customers": 30_000,
                    "segments": {"everyone": {"share": 1}},
                    "traits": {"existing": 0, "aware": 1},
                    "needs": {"errand": {"task": "errand", "rate": "1 per week"}},
                    "rivals": {"other": {"attractiveness": 0}},
                },
                calendar={"run": "2009-09-07 to 2009-09-07"},
            )
        )
        market.step()
        taken = np.bincount(market.today.needs.alternative, minlength=3)
        return float(taken[0] / taken[1])

    # Three stars apart at one unit a star; the smaller of the two counts has about 100 takers.
    assert log(odds(5.0) / odds(2.0)) == pytest.approx(3.0, abs=0.5)


def test_the_flywheel_turns_where_guests_are_well_served_and_overload_stops_it(reviewed: RunResult) -> None:
    """Visit, review, reader, visit: with reviews more come; with one server for all of them ratings and guests fall."""
    without = run(None)
    assert reviewed.value("customers_at_end") > 1.05 * without.value("customers_at_end")
    assert reviewed.daily["reviews_written"][-14:].sum() > reviewed.daily["reviews_written"][:14].sum()
    crowded, crowded_without = run(REVIEWS, staff=1), run(None, staff=1)
    assert crowded.value("review_rating") < reviewed.value("review_rating") - 0.2
    gain, crowded_gain = (
        mine.value("customers_at_end") - other.value("customers_at_end")
        for mine, other in ((reviewed, without), (crowded, crowded_without))
    )
    assert crowded_gain < gain


def test_a_reward_brings_more_reviews_and_is_paid_for_each(reviewed: RunResult) -> None:
    asked = run({**REVIEWS, "incentive": {"raises": 3, "reward": 2.5}})
    assert asked.value("reviews_written") > 2 * reviewed.value("reviews_written")
    ledger = asked.ledger.groupby("account")["amount"].sum()
    assert ledger["reviews"] == -250 * asked.value("reviews_written")


def test_answers_soften_bad_reviews_and_cost_their_price() -> None:
    service = {**SERVICE, "quality": {"right_first_time": 0.3, "failure_level": 1.0}}
    silent = run(REVIEWS, service=service)
    answered = run({**REVIEWS, "replies": {"share": 1.0, "lifts": 1.0, "cost": 0.4}}, service=service)
    assert answered.value("reviews_answered") > 10
    assert answered.value("review_rating") > silent.value("review_rating")
    assert answered.ledger.groupby("account")["amount"].sum()["reviews"] == -40 * answered.value("reviews_answered")


def test_without_reviews_nothing_is_read_written_or_kept() -> None:
    """The mutation."""
    market = Market(world(None))
    market.step()
    assert market.reviews is None
    assert "reviews_standing" not in market.recorder.rows[0]
