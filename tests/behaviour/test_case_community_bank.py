"""community-bank (casebook): game days in a branch, souvenirs, and leads who are written to afterwards.

The plan gives its budget and its people and reports no result. Tested are its rules to the number and what the leads
are good for; each with a mutation.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from experiments.comparing.lift import campaign_effects, two_proportions
from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import case, document
from tests.once import once

pytestmark = pytest.mark.slow

BANK: Final = case(
    "community-bank",
    """
  nobody_asks: {extends: games_and_letters, set: {channels.leads.addresses.joins_at_visit: 0%,
                changes.saturdays.set: {service.stations.hall.staff: 3}}}
  players_are_customers: {extends: game_days, set: {market.needs.play.makes_customers: true}}
""",
)
SATURDAYS = 6


@once
def lived(plan: str, replication: int = 0) -> tuple[RunResult, Market]:
    market = Market(document(BANK, plan), replication=replication)
    return market.run(), market


def players(result: RunResult) -> set[int]:
    assert result.visit_days is not None
    return set(result.visit_days.loc[result.visit_days["need"] == "play", "customer"].tolist())


def test_the_games_are_played_on_six_saturdays_and_fill_the_hall() -> None:
    result, none = lived("game_days")[0], lived("none")[0]
    assert result.visit_days is not None
    played = result.visit_days[result.visit_days["need"] == "play"]
    days = sorted(set(played["day"]))
    assert len(days) == SATURDAYS
    assert {result.daily["date"][day] for day in days} >= {"2027-04-10", "2027-05-15"}
    more = result.daily["visits"][days].sum() / none.daily["visits"][days].sum()
    assert more > 1.5


def test_players_are_not_yet_customers() -> None:
    result, market = lived("game_days")
    played = np.array(sorted(players(result)))
    assert (market.customers.status[played] != CUSTOMER).mean() > 0.5


def test_if_playing_made_customers_they_would_be() -> None:
    """The mutation."""
    result, market = lived("players_are_customers")
    played = np.array(sorted(players(result)))
    assert (market.customers.status[played] == CUSTOMER).mean() > 0.9


def test_leads_are_those_who_left_a_number_when_they_came() -> None:
    result, market = lived("game_days")
    assert result.visit_days is not None
    listed = set(np.flatnonzero(market.address_book.listed["leads"]).tolist())
    assert listed <= set(result.visit_days["customer"].tolist())
    many = len(players(result))
    registered = len(listed & players(result))
    # Each who comes once leaves a number with 40 %, who comes again has another chance; binomial, 4 deviations.
    assert registered > 0.4 * many - 4 * np.sqrt(many * 0.24)
    assert result.daily["addresses"].iloc[-1] == len(listed)


def contacted(plan: str) -> int:
    responses = lived(plan)[0].responses
    return 0 if responses is None else int(responses["contacted"].sum())


def test_who_left_no_number_is_not_written_to() -> None:
    result, _ = lived("games_and_letters")
    contacts = result.contacts
    assert contacts is not None
    assert result.visit_days is not None
    assert set(contacts["customer"].tolist()) <= set(result.visit_days["customer"].tolist())
    assert contacted("games_and_letters") > 100


def test_where_nobody_asks_for_numbers_there_is_nobody_to_write_to() -> None:
    """The mutation."""
    assert contacted("nobody_asks") == 0


def test_souvenirs_are_a_hundred_and_cost_what_the_plan_says() -> None:
    result, _ = lived("game_days")
    lines = result.cost_lines
    assert lines is not None
    paid = lines.set_index("line")["actual"] / 100
    assert result.offers.set_index("offer").loc["souvenir", "handed"] <= 100
    assert 0 < paid["souvenirs"] <= 500
    assert (paid["console"], paid["screen"], paid["posters"]) == (3000, 0, 675)
    assert lines.set_index("line").loc["screen", "estimate"] == 300_000


def test_a_message_to_a_lead_is_read_more_often_than_one_to_a_bought_address() -> None:
    """And wins more accounts a hundred messages: over two replications, the interval of the two shares above zero."""
    counts: list[int] = []
    for plan in ("games_and_letters", "bought_list"):
        shares = [campaign_effects(lived(plan, each)[0], lived("none", each)[0]).iloc[-1] for each in range(2)]
        counts += [sum(int(each[name]) for each in shares) for name in ("came", "contacted")]
    assert two_proportions(*counts).low > 0.0, counts
