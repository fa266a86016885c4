"""A Christmas party for those about to sign, and a reward for bringing others, apart from talk in rate and money."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.comparing.incrementality import offer_effects
from sim.levers.referrals import came_anyway
from sim.market import Market
from tests.behaviour.casebook import REPLICATIONS, case, document, raises, run, value

pytestmark = pytest.mark.slow

PLANS = """
  party_unconvincing: {extends: party, set: {funnels.buying.moves.sign_there.chance: 0%}}
  reward_unheeded: {extends: reward, set: {funnels.buying.moves.call_on_invitation.chance: 0%}}
  reward_silent: {extends: reward, set: {behaviour.word_of_mouth: none}}
  silent: {set: {behaviour.word_of_mouth: none}}
  speech_unheard: {extends: party, set: {behaviour.promises: none}}
"""
EVE = 23
"""24 December, counted from the first day of the short run."""
CHRISTMAS = (
    case("christmas-referral", PLANS, run="1 Dec 2012 to 20 Jan 2013", campaign="24 Dec to 20 Jan")
    .replace("24 Dec to 31 Mar", "24 Dec to 20 Jan")
    .replace("1 Nov to 31 Mar", "1 Dec to 20 Jan")
)
SPRING = case("christmas-referral", PLANS, run="1 Dec 2012 to 31 Mar 2013").replace(
    "1 Nov to 31 Mar", "1 Dec to 31 Mar"
)
SIGNED = "acquired"


def accounts(text: str, plan: str) -> dict[str, int]:
    return run(text, plan, 0).ledger.groupby("account")["amount"].sum().to_dict()


def test_the_party_makes_subscribers_sign() -> None:
    assert raises(CHRISTMAS, "party", "neither", SIGNED)


def test_a_party_at_which_nobody_signs_wins_nobody() -> None:
    """The mutation: as many guests, no more signatures."""
    assert value(CHRISTMAS, "party_unconvincing", "event_guests", "campaign", 0) > 100
    assert not raises(CHRISTMAS, "party_unconvincing", "neither", SIGNED)


def test_no_more_guests_than_seats() -> None:
    for replication in range(REPLICATIONS):
        assert value(CHRISTMAS, "party", "event_guests", "campaign", replication) <= 150


@pytest.mark.parametrize(("plan", "raised"), [("party", True), ("speech_unheard", False)])
def test_the_speech_is_a_promise_to_those_who_heard_it(plan: str, raised: bool) -> None:
    """Next year's plan raises what they expect above experience; where promises mean nothing (the mutation) not."""
    market = Market(document(CHRISTMAS, plan))
    heard: list[int] = []
    for _ in range(EVE + 1):
        market.step()
        heard += [row for name, rows in market.today.exposed if name.startswith("next_year") for row in rows.tolist()]
    will, unpromised = market.customers.will[0], market.customers.will_unpromised[0]
    assert len(heard) > 50
    assert bool(np.any(will[heard] > unpromised[heard] + 0.01)) is raised
    others = np.setdiff1d(np.arange(len(will)), heard)
    assert (will[others] == unpromised[others]).all()


def test_talk_needs_no_reward_and_a_reward_no_talk() -> None:
    """Four worlds: each mechanism works without the other, and stops when it is switched off itself."""

    def came(plan: str, move: str) -> int:
        return int(value(CHRISTMAS, plan, f"funnel_made_buying_{move}", "whole", 0))

    assert came("neither", "call_on_talk") > 0
    assert came("neither", "call_on_invitation") == 0
    assert came("reward_silent", "call_on_talk") == 0
    assert came("reward_silent", "call_on_invitation") > 0
    assert came("silent", "call_on_talk") == came("silent", "call_on_invitation") == 0


def test_the_reward_has_an_account_of_its_own_and_talk_costs_nothing() -> None:
    assert "referrals" not in accounts(SPRING, "neither")
    assert "referrals" not in accounts(CHRISTMAS, "party")
    paid = run(SPRING, "reward", 0).value("referrals_paid")
    assert accounts(SPRING, "reward")["referrals"] == -int(paid) * (500_000 + 200_000) < 0


def effects(plan: str) -> tuple[int, int]:
    """Buyers brought who would not have come, and who would have."""
    anyway = {"old_brings_new": came_anyway}
    table = offer_effects(run(SPRING, plan, 0), run(SPRING, "neither", 0), anyway).iloc[0]
    return int(table["incremental"]), int(table["deadweight"])


def test_the_reward_wins_buyers_and_pays_for_some_who_would_have_come() -> None:
    incremental, deadweight = effects("reward")
    assert incremental > 0
    assert deadweight > 0


def test_where_invitations_move_nobody_all_of_it_is_deadweight() -> None:
    """The mutation: people are invited and paid for as before, and nobody comes because of it."""
    incremental, deadweight = effects("reward_unheeded")
    assert incremental == 0
    assert deadweight > 0
