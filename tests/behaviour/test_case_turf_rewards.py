"""Rewards for turf: orders bunch just above thresholds, a square metre short earns nothing, either window counts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.comparing.incrementality import offer_effects
from sim.levers.rewards import RunningRewards
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document

pytestmark = pytest.mark.slow

WITHOUT_PULL = "behaviour.goal_gradient: none"
NINE_MONTHS = "offers.rewards.cumulative.rewards.trip_two.any_of.nine_months"
PLANS = f"""
  many: {{extends: all_earned, set: {{market.customers: 8000}}}}
  many_without_pull: {{extends: many, set: {{{WITHOUT_PULL}}}}}
  many_best_only: {{extends: many, set: {{offers.rewards.cumulative.stacking: best only}}}}
  many_ahead_only: {{extends: many, set: {{behaviour.goal_gradient.lasting: 0}}}}
  one_route: {{extends: all_earned, remove: [{NINE_MONTHS}]}}
"""
TURF = case("turf-rewards", PLANS)
FIRST_OF_MAY, FIRST_OF_JULY, LAST_OF_APRIL = 121, 182, 120
"""Days of 2012, a leap year, counted from the first of January."""


@cache
def lived(plan: str) -> tuple[Market, RunResult]:
    """A market of 8,000 dealers after its last day, and its tables: enough of them to see a gap of five per cent."""
    market = Market(document(TURF, plan))
    return market, market.run()


def rewards(plan: str) -> RunningRewards:
    """The rewards of a plan after the run."""
    pursuit = lived(plan)[0].pursuit
    assert pursuit is not None  # every plan asked about has rewards
    return pursuit.rewards[0]


def just_below_and_above(found: RunningRewards, window: int, within: float = 0.05) -> tuple[int, int]:
    """Dealers who bought up to 5 % less than the threshold of a window, and those with it or up to 5 % more."""
    bought, threshold = found.bought[window], found.thresholds[window]
    below = np.count_nonzero((bought >= threshold * (1 - within)) & (bought < threshold * (1 - 1e-12)))
    above = np.count_nonzero((bought >= threshold * (1 - 1e-12)) & (bought < threshold * (1 + within)))
    return below, above


@pytest.mark.parametrize("window", [0, 2, 3])
def test_orders_bunch_just_above_the_thresholds(window: int) -> None:
    """The two sides of a threshold would hold about as many; a share of one half has a deviation of √n/2.

    Spring 5,000, nine months 15,000 and the year 15,000: at least two in three of those near lie above, by three
    standard deviations.
    """
    below, above = just_below_and_above(rewards("many"), window)
    near = below + above
    assert above > near / 2 + 3 * np.sqrt(near) / 2
    assert above > 2 * below


@pytest.mark.parametrize("window", [0, 2, 3])
def test_without_the_pull_of_rewards_they_do_not(window: int) -> None:
    """The mutation: the same dealers and the same rewards."""
    below, above = just_below_and_above(rewards("many_without_pull"), window)
    near = below + above
    assert above < near / 2 + 2 * np.sqrt(near) / 2


def buying(plan: str, amounts: dict[int, float]) -> RunningRewards:
    """The rewards of a plan when its first dealer buys these amounts on these days, and nobody anything else."""
    market = Market(document(TURF, plan))
    assert market.pursuit is not None  # the plan has rewards
    found = market.pursuit.rewards[0]
    for day, amount in amounts.items():
        market.day = day
        found.count(market, np.array([0]), np.array([amount]), np.array([amount]))
    return found


def earned(plan: str, amounts: dict[int, float]) -> set[str]:
    """What the first dealer has earned."""
    found = buying(plan, amounts)
    return {name for name, who in zip(found.names, found.earned, strict=True) if who[0]}


def test_one_square_metre_short_earns_nothing() -> None:
    assert earned("all_earned", {LAST_OF_APRIL: 4999.0}) == set()
    assert earned("all_earned", {LAST_OF_APRIL: 5000.0}) == {"trip_one"}
    assert earned("all_earned", {0: 4000.0, LAST_OF_APRIL: 999.0, FIRST_OF_MAY: 1.0}) == set()


def test_six_and_nine_thousand_earn_the_second_trip_by_the_nine_months() -> None:
    bought = {LAST_OF_APRIL: 6000.0, FIRST_OF_JULY: 9000.0}
    assert earned("all_earned", bought) == {"trip_one", "trip_two", "mower"}
    found = buying("all_earned", bought)
    summer, nine_months = found.bought[1, 0], found.bought[2, 0]
    assert (summer, nine_months) == (9000.0, 15000.0)


def test_without_the_other_route_they_do_not() -> None:
    """The mutation: only the summer counts, and 9,000 is not 10,000."""
    bought = {LAST_OF_APRIL: 6000.0, FIRST_OF_JULY: 9000.0}
    assert earned("one_route", bought) == {"trip_one", "mower"}
    assert earned("one_route", {FIRST_OF_MAY: 10_000.0}) == {"trip_one", "trip_two"} - {"trip_one"}


def test_every_reward_is_given_once_and_paid_at_its_cost() -> None:
    market, result = lived("many")
    found, terms = rewards("many"), market.document.offers["rewards"].cumulative
    assert terms is not None  # the plan has rewards
    assert result.offers.loc[0, "earned"] == found.earned.sum() == result.daily["rewards_earned"].sum()
    cost = sum(
        int(count) * round(90 * float(each.face))
        for count, each in zip(found.earned.sum(axis=1), terms.rewards.values(), strict=True)
    )
    assert -cost == result.ledger.loc[result.ledger["account"] == "rewards", "amount"].sum()


def test_the_best_only_is_one_reward_each_and_the_dearest_they_earned() -> None:
    """Nobody buys otherwise: the pull of each reward is the same. The switch decides what is paid."""
    market, _ = lived("many_best_only")
    both, best = rewards("many"), rewards("many_best_only")
    assert (both.earned == best.earned).all()
    handed = market.offers[0].handed
    assert handed.max() == 1
    assert (handed == best.earned.any(axis=0)).all()
    dearest = np.where(best.earned, best.faces[:, np.newaxis], 0).max(axis=0).sum()
    assert market.offers[0].paid == round(0.9 * dearest)
    assert market.offers[0].paid < lived("many")[0].offers[0].paid


def test_what_is_bought_ahead_is_missing_after_the_year() -> None:
    """Stated to be bought ahead only: sales of the fifteen months are those without rewards but for the stock left."""
    ahead, plain = lived("many_ahead_only"), lived("many_without_pull")
    found = rewards("many_ahead_only")
    before, after = (sum_of(result, slice(0, 366)) for _, result in (plain, ahead))
    assert after > before  # in the year of the rewards
    assert sum_of(ahead[1], slice(366, None)) < sum_of(plain[1], slice(366, None))
    assert ahead[0].pursuit is not None
    left = ahead[0].pursuit.ahead.sum() * 12 * 0.3
    whole = sum_of(ahead[1], slice(None)) - sum_of(plain[1], slice(None))
    # Each order is rounded to the fen: six deviations of the sum of so many roundings, 0.01/√12 yuan each.
    orders = 2 * 18 * 8000 * 456 / 366
    assert whole == pytest.approx(left, abs=6 * 0.01 * np.sqrt(orders / 12))
    assert (found.without.sum(axis=1) == rewards("many_without_pull").bought.sum(axis=1)).all()


def sum_of(result: RunResult, days: slice) -> float:
    """Revenue of some days."""
    return float(result.daily["revenue"].to_numpy()[days].sum())


def test_most_rewards_go_to_dealers_who_would_have_earned_them() -> None:
    """Deadweight, counted against what the same dealers buy in a market without the pull of rewards."""
    market, result = lived("many")
    plain = rewards("many_without_pull")
    rules = {"rewards": _nobody}
    effects = offer_effects(result, lived("many_without_pull")[1], rules).iloc[0]
    found = rewards("many")
    anyway = (found.earned & plain.earned).sum(axis=0)
    given = market.offers[0].handed
    assert effects["deadweight"] == np.count_nonzero((given > 0) & (anyway == given))
    assert effects["deadweight"] + effects["incremental"] == effects["redeemed"] == np.count_nonzero(given)
    face = (found.earned & plain.earned).sum(axis=1) @ found.faces
    assert effects["paid_deadweight"] == round(0.9 * face)
    assert effects["paid_deadweight"] > effects["paid"] / 2
    assert effects["incremental"] > 0


def _nobody(activity: object) -> NDArray[np.bool_]:
    raise AssertionError("the run itself knows what would have been earned anyway")
