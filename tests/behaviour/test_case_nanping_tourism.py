"""nanping-tourism (casebook): clicks bought on five keywords against a list of addresses of one's own.

The plan gives no numbers. Tested are its rules - money split by the engines' shares, a bought list first, the own list
growing, weekly mail, posts that bring visitors who write posts - and what it compares; each with a mutation.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from experiments.comparing.intervals import Interval, paired_interval
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import REPLICATIONS, case, document
from tests.once import once

pytestmark = pytest.mark.slow

NANPING: Final = case(
    "nanping-tourism",
    """
  nobody_joins:
    extends: list
    set: {channels.own_list.addresses.joins_at_visit: 0%}
    remove: [channels.own_list.addresses.joins]
  nobody_posts:
    extends: stories
    set: {reviews.posting.base: 0%, reviews.posting.delight: 0%, reviews.posting.anger: 0%}
  posts_forgotten: {extends: stories, set: {reviews.half_life: 2 days}}
""",
)
CLICKS: Final = {"baidu": 36, "google": 10, "sogou": 4}


SPRING: Final = 120
"""Days until the end of June, by which stories have brought travellers enough to tell."""


@once
def lived(plan: str, until: int | None = None, replication: int = 0) -> tuple[RunResult, dict[str, list[int]], Market]:
    """The run or its first days, contacts by channel and day, and the market after it."""
    market = Market(document(NANPING, plan), replication=replication)
    made: dict[str, list[int]] = {}
    while market.day < (until or market.calendar.days):
        market.step()
        for identity, rows in market.today.exposed:
            made.setdefault(identity.rsplit(".", 1)[1], []).append(len(rows))
    return market.recorder.result(), made, market


def spent(plan: str) -> float:
    ledger = lived(plan)[0].ledger
    return -float(ledger.loc[ledger["account"].isin(["media", "preparation"]), "amount"].sum()) / 100


def acquired_in_spring(plan: str, replication: int) -> int:
    """Who became customers by the end of June."""
    whole = replication == 0 and plan in ("none", "stories")  # these are lived through for other reasons
    result = lived(plan)[0] if whole else lived(plan, SPRING, replication)[0]
    return int(result.daily["acquired"].iloc[:SPRING].sum())


def more_in_spring(plan: str, against: str) -> Interval:
    mine, other = ([acquired_in_spring(name, number) for number in range(REPLICATIONS)] for name in (plan, against))
    return paired_interval(mine, other)


def test_clicks_are_bought_by_the_shares_of_the_engines_and_no_faster() -> None:
    clicks = {name: np.array(made) for name, made in lived("paid_search")[1].items()}
    for name, a_day in CLICKS.items():
        assert clicks[name].max() <= a_day
    total = sum(made.sum() for made in clicks.values())
    assert clicks["baidu"].sum() / total == pytest.approx(0.72, abs=0.05)


def test_what_a_click_costs_is_what_is_paid_and_the_budget_ends_it() -> None:
    made = lived("paid_search")[1]
    assert spent("paid_search") == pytest.approx(1.2 * sum(map(sum, made.values())), abs=0.01)
    assert 6000 <= spent("paid_search") < 6000 + 1.2 * sum(CLICKS.values())


def test_the_own_list_grows_and_the_bought_one_only_shrinks() -> None:
    _, made, market = lived("list")
    weekly = [sum(made["own_list"][start : start + 2]) for start in range(0, len(made["own_list"]), 2)]
    assert weekly[-1] > 1.5 * weekly[0]
    assert made["bought_list"][0] > 100
    listed = market.address_book.listed
    assert listed["own_list"].sum() > 150
    assert listed["bought_list"].sum() < 0.30 * 4000


def test_where_nobody_leaves_an_address_there_is_no_list() -> None:
    """The mutation."""
    _, made, market = lived("nobody_joins", SPRING)
    assert sum(made["own_list"]) == 0
    assert not market.address_book.listed["own_list"].any()


def test_nobody_is_written_to_twice_in_a_week() -> None:
    _, _, market = lived("list")
    assert market.customers.contacts_in_period.max() <= 1


def test_in_one_season_search_wins_more_and_the_list_pays_for_its_beginning() -> None:
    none, search, listed = (lived(plan)[0].value("acquired") for plan in ("none", "paid_search", "list"))
    assert search > listed > none
    beginning = 1500 + 600  # the bought list, the form and the template
    assert beginning > 0.8 * spent("list")
    assert (spent("paid_search") / (search - none)) < (spent("list") / (listed - none))


def test_once_it_has_begun_a_mail_to_the_own_list_brings_orders_for_next_to_nothing() -> None:
    """What media cost for each who ordered within a week of the mail, against a click's price."""
    responses = lived("list")[0].responses
    assert responses is not None
    own = responses[responses["channel"] == "own_list"]
    assert own["cost"].sum() / own["came"].sum() / 100 < 1.2 * 4
    held = own["held_out_came"].sum() / own["held_out"].sum()
    assert own["came"].sum() / own["contacted"].sum() > held


def test_stories_bring_travellers_who_write_stories() -> None:
    assert more_in_spring("stories", "none").low > 0.0
    posts = lived("stories")[0].daily["reviews_written"].to_numpy()
    half = len(posts) // 2
    before, after = posts[:half].sum(), posts[half:].sum()
    assert after - before > 1.96 * np.sqrt(before + after), "two Poisson counts"


def test_where_nobody_posts_or_posts_are_forgotten_the_wheel_does_not_turn() -> None:
    """The mutations: without posts it is the plan without advertising, to the last customer."""
    assert acquired_in_spring("nobody_posts", 0) == acquired_in_spring("none", 0)
    assert more_in_spring("posts_forgotten", "stories").high < 0.0
