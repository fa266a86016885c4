"""Old brings new: who is invited, who is brought, who is paid, and what would have come anyway."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.incrementality import offer_effects
from sim.customers import CUSTOMER
from sim.levers.referrals import came_anyway
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from tests.small_documents import small_document

PEOPLE = 3000
PROGRAMME = {"during": "2009-09-07 to 2009-09-20", "rate": "1 per week", "joins": 0.3, "reward": 50, "welcome": 20.5}
WINDOW = 14


def world(programme: dict[str, Any] | None, **sections: Any) -> Document:
    """Half are customers; the others come when they have an errand and choose the firm, or because a friend asks."""
    return small_document(
        **{
            "market": {
                "customers": PEOPLE,
                "segments": {"everyone": {"share": 1}},
                "traits": {"existing": 0.5, "aware": 0.2},
                "needs": {"errand": {"task": "errand", "rate": "0.5 per month", "price": 5}},
                "talk": {"scale_free": {"ties": 4}},
            },
            "service": {
                "stations": {"counter": {"staff": "unlimited", "open": "09:00-17:00"}},
                "tasks": {"errand": {"at": "counter", "takes": {"constant": "5 min"}}},
            },
            "behaviour": {"leaving": {"form": "none"}, "complaining": "none", "choice": {"constant": -1}},
            "referrals": {} if programme is None else {"old_brings_new": programme},
            **sections,
        }
    )


def run(programme: dict[str, Any] | None, **sections: Any) -> tuple[Market, RunResult]:
    market = Market(world(programme, **sections))
    return market, market.run()


@pytest.fixture(scope="module")
def paid() -> tuple[Market, RunResult]:
    return run(PROGRAMME)


@pytest.fixture(scope="module")
def without() -> tuple[Market, RunResult]:
    return run(None)


def posted(result: RunResult, account: str) -> int:
    return int(result.ledger.loc[result.ledger["account"] == account, "amount"].sum())


def test_customers_invite_as_often_as_the_programme_says(paid: tuple[Market, RunResult]) -> None:
    days = paid[1].daily
    chances = float(days["customers"].shift(fill_value=PEOPLE / 2)[:WINDOW].sum())
    share = 1 - exp(-1 / 7)
    assert days["invitations"][:WINDOW].sum() / chances == pytest.approx(share, abs=4 * sqrt(share / chances) + 0.005)
    assert days["invitations"][WINDOW:].sum() == 0


def test_each_one_brought_is_paid_for_exactly_and_in_an_account_of_its_own(paid: tuple[Market, RunResult]) -> None:
    _, result = paid
    brought = int(result.value("referrals_paid"))
    assert brought == result.value("joined_by_invitation") > 100
    assert posted(result, "referrals") == -brought * (5000 + 2050)
    assert result.offers.set_index("offer").loc["old_brings_new", "paid"] == brought * (5000 + 2050)
    assert result.value("campaign_cost") == pytest.approx(brought * 70.5)


def test_the_ways_of_joining_add_up(paid: tuple[Market, RunResult]) -> None:
    _, result = paid
    ways = sum(result.value(f"joined_by_{way}") for way in ("need", "adoption", "funnel", "invitation"))
    assert ways == result.value("acquired")


def test_a_reward_is_apart_from_talk() -> None:
    """Where nobody talks people are still invited, and the programme changes nothing of what is told."""
    silent = {"behaviour": {"leaving": {"form": "none"}, "word_of_mouth": "none", "choice": {"constant": -1}}}
    market, result = run(PROGRAMME, **silent)
    assert result.value("joined_by_invitation") > 100
    assert not market.customers.heard.any()
    assert run({**PROGRAMME, "joins": 0.0}, **silent)[1].value("talk_positive") == 0


def test_without_a_programme_nobody_is_invited_or_paid(without: tuple[Market, RunResult]) -> None:
    """The mutation."""
    assert without[1].value("invitations") == without[1].value("joined_by_invitation") == 0
    assert posted(without[1], "referrals") == 0


def test_some_of_those_paid_for_would_have_come_anyway(
    paid: tuple[Market, RunResult], without: tuple[Market, RunResult]
) -> None:
    """Deadweight, person by person: brought here, and a customer without the programme too."""
    result, base = paid[1], without[1]
    effects = offer_effects(result, base, {"old_brings_new": came_anyway}).iloc[0]
    new = set(base.activity.loc[base.activity["became_customer"] > 0, "customer"])
    brought = set(result.activity.loc[result.activity["redeemed_old_brings_new"] > 0, "customer"])
    assert effects["redeemed"] == len(brought)
    assert effects["deadweight"] == len(brought & new) > 0
    assert effects["incremental"] == len(brought - new) > effects["deadweight"]
    assert effects["paid_deadweight"] < effects["paid"]


def test_an_invitation_that_moves_nobody_pays_for_deadweight_alone() -> None:
    """Without pull and persuasion an invitation only makes people aware; whoever knew the firm would have come."""
    market = {
        "customers": PEOPLE,
        "segments": {"everyone": {"share": 1}},
        "traits": {"existing": 0.5, "aware": 1.0},
        "needs": {"errand": {"task": "errand", "rate": "0.5 per month", "price": 5}},
        "talk": {"scale_free": {"ties": 4}},
    }
    result, base = run({**PROGRAMME, "joins": 0.0}, market=market)[1], run(None, market=market)[1]
    effects = offer_effects(result, base, {"old_brings_new": came_anyway}).iloc[0]
    assert effects["redeemed"] == effects["deadweight"] > 20
    assert effects["incremental"] == 0


def test_the_pull_of_an_invitation_brings_people_at_their_next_errand() -> None:
    weak, strong = (run({**PROGRAMME, "joins": 0.0, "pull": pull})[1] for pull in (0.0, 3.0))
    assert strong.value("joined_by_invitation") > 1.3 * weak.value("joined_by_invitation")


def test_nobody_is_paid_beyond_the_limit(paid: tuple[Market, RunResult]) -> None:
    market, _ = run({**PROGRAMME, "limit": 1})
    assert market.referrals["old_brings_new"].brought.max() == 1
    assert paid[0].referrals["old_brings_new"].brought.max() > 1


def test_who_leaves_before_the_payment_brings_nothing() -> None:
    leaving = {
        "leaving": {"form": "beta-geometric", "alpha": 2, "beta": 2, "period": "10 days"},
        "choice": {"constant": -1},
    }
    _, result = run({**PROGRAMME, "after": "7 days"}, behaviour=leaving)
    first = int(np.argmax(result.daily["referrals_paid"].to_numpy() > 0))
    assert first == int(np.argmax(result.daily["joined_by_invitation"].to_numpy() > 0)) + 7
    due = result.daily["joined_by_invitation"][:-7].sum()
    assert 0 < result.value("referrals_paid") < 0.8 * due
    assert posted(result, "referrals") == -int(result.value("referrals_paid")) * (5000 + 2050)


def test_an_invitation_lapses() -> None:
    """The first invitation counts, for as long as it stands; who comes later was not brought."""
    market = Market(world({**PROGRAMME, "joins": 0.0, "stands": "3 days"}))
    running = market.referrals["old_brings_new"]
    for day in range(6):
        market.step()
        held = np.flatnonzero(running.invited(np.arange(PEOPLE), day))
        assert (running.until[held] <= day + 3).all()
        assert (market.customers.status[running.by[held]] == CUSTOMER).all()
    assert isinstance(market.recorder.result().activity, pd.DataFrame)
