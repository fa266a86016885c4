"""The bank's autumn gifts: who comes for them fills the hall, unless they are handed out elsewhere or sent by mail.

Two of the four branches with half of the people and gifts, over five weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from experiments.comparing.intervals import Interval, paired_interval
from sim.levers.campaigns import airings
from sim.market import Market
from sim.scenario.document import Document
from tests.behaviour.casebook import REPLICATIONS, case, document, effect, lowers, raises, run, scenario, value

pytestmark = pytest.mark.slow

BANK = case(
    "bank-autumn",
    """
  early_brake: {extends: gifts_with_brake, set: {rules.brake.when.above: 6 min}}
  by_mail:
    extends: gifts
    add: {service: {stations: {post: {staff: unlimited, open: 09:00-17:00}}}}
    set: {gifts.autumn.pick_up: post}
  handed_over_in_no_time: {extends: gifts, set: {gifts.autumn.takes: {constant: 0.01 min}}}
  without_priority: {extends: gifts, set: {service.stations.counter.first: []}}
  without_cap: {extends: gifts, remove: [contact_cap]}
  few_gifts: {extends: gifts, set: {gifts.autumn.stock: 40, gifts.autumn.per_day.limit: 3}}
  unused_lost: {extends: gifts, set: {gifts.autumn.per_day.unused: lost}}
  unpaced: {extends: few_gifts, remove: [gifts.autumn.per_day]}
""",
    run="19 Sep 2009 to 25 Oct 2009",
    campaign="26 Sep to 25 Oct",
    customers="5000",
    sites="2",
).replace("to 31 Oct", "to 25 Oct").replace("to 15 Nov", "to 25 Oct").replace(
    "stock: {value: 3000, range: [1000, 6000]", "stock: {value: 1500, range: [500, 3000]"
).replace("limit: {value: 85, range: [50, 150]", "limit: {value: 42, range: [25, 75]")  # fmt: skip


FIRST_WEEKS = 23
"""Days that show what the rules of gifts, contacts and the brake do: sixteen of them in the campaign."""


def _days(plan: Document) -> Iterator[Market]:
    """The market after each of the first days of one run."""
    market = Market(plan, keep_encounters=True)
    for _ in range(FIRST_WEEKS):
        market.step()
        yield market


@cache
def _handed(plan: str, draws: tuple[tuple[str, float], ...] = ()) -> tuple[int, int, pd.DataFrame]:
    """Stock, daily limit and the days of one run with numbers drawn from their ranges."""
    drawn = scenario(BANK).document(plan, dict(draws))
    gifts = drawn.gifts["autumn"]
    limit = drawn.market.customers if gifts.per_day is None else gifts.per_day.limit
    if plan == "gifts" and not draws:
        return gifts.stock, limit, run(BANK, plan, 0).daily
    market = Market(drawn)
    for _ in range(FIRST_WEEKS):
        market.step()
    return gifts.stock, limit, market.recorder.result().daily


LEAST, MOST = 1e-9, 1.0 - 1e-9
STOCK, LIMIT = "gifts.autumn.stock", "gifts.autumn.per_day.limit"


@pytest.mark.parametrize(
    ("plan", "draws"),
    [
        ("gifts", ()),
        ("gifts", ((STOCK, LEAST), (LIMIT, MOST))),
        ("gifts", ((STOCK, MOST), (LIMIT, LEAST))),
        ("few_gifts", ()),
    ],
)
def test_gifts_never_exceed_stock_or_pacing(plan: str, draws: tuple[tuple[str, float], ...]) -> None:
    """What one day leaves is carried over: by each day no more has gone than the limits of the days since the start."""
    stock, limit, days = _handed(plan, draws)
    begun = (days["period"] != "before").cumsum()
    handed = days["gifts_handed"].cumsum()
    assert handed.iloc[-1] > 0
    assert handed.iloc[-1] <= stock
    assert (handed <= limit * begun).all()


def test_a_stock_smaller_than_demand_is_given_out_to_the_last_gift() -> None:
    stock, _, days = _handed("few_gifts")
    assert days["gifts_handed"].sum() == stock
    assert days["gifts_refused"].sum() > stock


def test_what_a_day_leaves_is_carried_over_unless_it_is_lost() -> None:
    _, limit, carried = _handed("gifts")
    _, _, lost = _handed("unused_lost")
    assert carried["gifts_handed"].max() > limit
    assert lost["gifts_handed"].max() <= limit


def test_without_pacing_more_go_early() -> None:
    """The mutation of the pacing: the first gifts are gone sooner than the limits would let them."""
    _, limit, _ = _handed("few_gifts")
    _, _, free = _handed("unpaced")
    begun = (free["period"] != "before").cumsum()
    assert (free["gifts_handed"].cumsum() > limit * begun).any()


def test_with_the_same_staff_the_extra_visits_lower_satisfaction() -> None:
    for measure in ("visits", "wait_mean", "wait_p90", "lost_share"):
        assert raises(BANK, "gifts", "none", measure), measure
    for measure in ("satisfaction", "visit_satisfaction", "standard_counter_wait"):
        assert lowers(BANK, "gifts", "none", measure), measure


def test_a_desk_and_greeters_keep_the_hall_free() -> None:
    for measure in ("satisfaction", "visit_satisfaction", "standard_counter_wait"):
        assert raises(BANK, "gifts_and_desk", "gifts", measure), measure


def test_sent_by_mail_the_same_gifts_lower_satisfaction_no_more() -> None:
    """The mutation of the pick-up place: at least nine tenths of the effect go with the visits to the counter."""
    at_the_counter = effect(BANK, "gifts", "none", "satisfaction")
    by_mail = effect(BANK, "by_mail", "none", "satisfaction")
    assert abs(by_mail.mean) < -at_the_counter.mean / 10
    assert raises(BANK, "by_mail", "gifts", "satisfaction")


def test_it_is_the_work_of_handing_them_over_that_counts() -> None:
    """At the counter as before, but in no time: most of the effect goes, the rest is people before one in the queue.

    Two runs: both limits are more than four standard errors away.
    """
    usual = effect(BANK, "gifts", "none", "satisfaction", replications=2)
    in_no_time = effect(BANK, "handed_over_in_no_time", "none", "satisfaction", replications=2)
    assert usual.mean / 2 < in_no_time.mean < 0.0


def _ninth_decile(market: Market) -> float:
    """Of the waits of all who joined the counter's queue on the day just over, those who came for a gift among them."""
    assert market.recorder.encounters is not None
    visits = market.recorder.encounters[-1]
    at_counter = visits["process"].str.endswith("at counter") | visits["process"].isin(["autumn pick-up"])
    # Complaint cases are work at the counter, too, but nobody stands there and waits for them.
    waits = visits.loc[at_counter & ~visits["outcome"].isin(["balked", "blocked"]), "wait"]
    return float(np.quantile(waits, 0.9)) if len(waits) else 0.0


@dataclass(frozen=True)
class BrakedDay:
    """A day of the run with an early brake: nobody exposed; nothing spent on media; the counter's ninth decile."""

    campaign: bool
    silent: bool
    free: bool
    ninth_decile: float


@pytest.fixture(scope="module")
def braked_days() -> list[BrakedDay]:
    return [
        BrakedDay(
            campaign=market.calendar.period(market.day - 1) == "campaign",
            silent=not market.today.exposed,
            free=market.ledger.today["media"] == 0,
            ninth_decile=_ninth_decile(market),
        )
        for market in _days(document(BANK, "early_brake"))
    ]


def test_the_brake_acts_after_a_bad_day_and_only_then(braked_days: list[BrakedDay]) -> None:
    limit = document(BANK, "early_brake").rules["brake"].when.above
    campaign = [(eve, day) for eve, day in pairwise(braked_days) if day.campaign]
    paused = [day.silent for _, day in campaign]
    assert paused == [eve.ninth_decile > limit for eve, _ in campaign]
    assert 0 < sum(paused) < len(paused), "some days of either kind"


def test_a_paused_day_costs_no_media(braked_days: list[BrakedDay]) -> None:
    assert [day.free for day in braked_days] == [day.silent for day in braked_days]


def _most_messages_a_week(plan: str) -> int:
    """The most messages anyone got in one calendar week."""
    counts: dict[tuple[int, int], np.ndarray] = {}
    sent = document(BANK, plan)
    for market in _days(sent):
        addressed = {each.identity for each in airings(sent, market.calendar) if each.channel.addressed}
        year, week, _ = market.calendar.date_of(market.day - 1).isocalendar()
        got = counts.setdefault((year, week), np.zeros(sent.market.customers, np.int64))
        for identity, rows in market.today.exposed:
            if identity in addressed:
                np.add.at(got, rows, 1)
    return int(max(week.max() for week in counts.values()))


def test_nobody_gets_more_than_one_message_a_week() -> None:
    assert _most_messages_a_week("gifts") == 1


def test_without_the_rule_some_do() -> None:
    """The mutation."""
    assert _most_messages_a_week("without_cap") > 1


def _vip_less_ordinary(plan: str, replications: int = REPLICATIONS) -> Interval:
    """Mean wait of VIPs less that of the others, by replication, minutes."""
    vips, others = (
        [value(BANK, plan, f"wait_mean_of_{tier}", "campaign", number) for number in range(replications)]
        for tier in ("vip", "ordinary")
    )
    return paired_interval(vips, others)


def test_vips_wait_less_and_only_because_they_go_first() -> None:
    """The mutation: without their priority hardly anything of the difference is left."""
    first = _vip_less_ordinary("gifts")
    in_turn = _vip_less_ordinary("without_priority", 2)
    assert first.high < -0.5
    assert abs(in_turn.mean) < -first.mean / 5
