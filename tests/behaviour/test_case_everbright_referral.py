"""A credit client opens its supply chain: introductions run along ties of business, and key people weigh more."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, raises, run

pytestmark = pytest.mark.slow

PLANS = """
  chain_without_ties:
    extends: chain
    set: {market.talk.links.delivers_to_client: {of: other, to: supplier, each: 1, tie: weak}}
  chain_of_equals: {extends: chain, set: {market.segments.client.traits.influence: {constant: 1}}}
"""
EVERBRIGHT = case("everbright-referral", PLANS, run="1 Jan 2012 to 15 Jul 2012").replace(
    "1 Feb to 31 Dec", "1 Feb to 15 Jul"
)
INTRODUCED = "funnel_made_bank_introduced"


def introduced(plan: str) -> dict[str, int]:
    """Firms that came to meet the bank by an introduction, by segment."""
    market = Market(document(EVERBRIGHT, plan))
    found = np.zeros(len(market.segment_names), np.int64)
    for _ in range(market.calendar.days):
        market.step()
        for what, name, rows in market.today.befell:
            if what == "moved on" and name == "bank.introduced":
                found += np.bincount(market.customers.segment[rows], minlength=len(found))
    return dict(zip(market.segment_names, found.tolist(), strict=True))


def test_clients_who_open_their_chain_bring_more_firms_than_calls_alone() -> None:
    assert raises(EVERBRIGHT, "chain", "calls", "acquired")
    assert raises(EVERBRIGHT, "chain", "calls", "joined_by_invitation")


def test_introductions_reach_those_who_deliver_to_a_client_and_further_only_in_turn() -> None:
    chain, turn = introduced("chain"), introduced("chain_goes_on")
    assert chain["supplier"] > 20
    assert chain["other"] == 0
    assert turn["other"] > 0


def test_without_ties_to_the_clients_nobody_is_introduced() -> None:
    """The mutation: the same clients ask as often, and know nobody."""
    assert run(EVERBRIGHT, "chain_without_ties").value(INTRODUCED) == 0


def test_the_word_of_a_key_client_weighs_more() -> None:
    """The mutation of influence: as many invitations, fewer meetings."""
    assert raises(EVERBRIGHT, "chain", "chain_of_equals", INTRODUCED)
