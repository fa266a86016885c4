"""What levers must never do: hand out more gifts than there are, contact people too often, run past a brake or a
budget, give a discount to the wrong people or on the wrong day. And what gifts do to a hall whose staff stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.market import Market
from sim.operations.visits import CASE, kind_of
from sim.results import RunResult
from sim.service.outcome import Outcome
from tests.behaviour.rehearsals import days, differences, document, run, small_bank, small_branch

pytestmark = pytest.mark.slow

BANK = small_bank("""
  bare: {title: no campaign and no queues, extends: small_none, set: {service.capacity: unlimited}}
  bare_gifts: {extends: small_gifts, set: {service.capacity: unlimited}}
  scarce: {extends: small_gifts, set: {gifts.autumn.stock: 500, gifts.autumn.per_day.limit: 16}}
  rationed: {extends: scarce, set: {gifts.autumn.per_day.unused: lost}}
  unpaced: {extends: scarce, remove: [gifts.autumn.per_day]}
  plentiful: {extends: unpaced, set: {gifts.autumn.stock: 5000}}
  in_one_store: {extends: unpaced, set: {gifts.autumn.stock: 150}}
  at_each_branch: {extends: in_one_store, set: {gifts.autumn.per: site}}
  eager:
    title: many more messages than the cap lets through
    extends: small_gifts
    set:
      campaigns.autumn.waves.launch.channels.message: {reach: 90%, frequency: 8}
      campaigns.autumn.waves.reminder.channels.message: {reach: 90%, frequency: 8}
  uncapped: {extends: eager, remove: [contact_cap]}
  braked:
    extends: small_gifts
    add:
      rules:
        brake: {when: {station: counter, measure: 90th percentile wait, above: 5 min}, pause: [autumn]}
  braked_on_the_mean:
    extends: braked
    set: {rules.brake.when: {station: counter, measure: mean wait, above: 2 min}}
  endless_brake: {extends: braked, set: {service.capacity: unlimited}}
  frugal: {extends: small_gifts, set: {budget: {amount: 60000, overrun: stop campaigns, borne_by: the head office}}}
  lavish: {extends: frugal, set: {budget.overrun: spend on}}
""")


FIRST_WEEKS = 28
"""Days that show what the rules do: the campaign begins on the sixth."""


def first_weeks(plan: str) -> Iterator[Market]:
    """The market after each of these days."""
    return islice(days(BANK, plan), FIRST_WEEKS)


@cache
def begun(plan: str) -> RunResult:
    """The tables of these days."""
    *_, market = first_weeks(plan)
    return market.recorder.result()


def test_gifts_bring_more_people_than_the_same_staff_can_please() -> None:
    for period in ("campaign", "aftermath"):
        assert min(differences(BANK, "small_gifts", "small_none", "visits", period)) > 0
        assert min(differences(BANK, "small_gifts", "small_none", "wait_mean", period)) > 0
        assert max(differences(BANK, "small_gifts", "small_none", "satisfaction", period)) < 0


def test_without_queues_the_same_gifts_do_no_harm() -> None:
    """The mutation: it is the hall, not the gift, that lowers satisfaction."""
    for period in ("campaign", "aftermath"):
        assert min(differences(BANK, "bare_gifts", "bare", "visits", period)) > 0
        assert min(differences(BANK, "bare_gifts", "bare", "satisfaction", period)) > 0


@pytest.mark.parametrize("plan", ["small_gifts", "scarce", "rationed"])
def test_gifts_never_exceed_stock_or_pacing(plan: str) -> None:
    gifts = document(BANK, plan).gifts["autumn"]
    assert gifts.per_day is not None
    result = run(BANK, plan) if plan == "small_gifts" else begun(plan)
    handed = result.daily["gifts_handed"].to_numpy()
    running = np.cumsum(result.daily["period"] == "campaign")
    assert 0 < handed.sum() <= gifts.stock
    assert (
        handed.sum()
        == result.offers["handed"][result.offers["offer"].isin(["card_spend", "bill_payment", "signing"])].sum()
    )
    assert np.all(np.cumsum(handed) <= gifts.per_day.limit * running)
    if gifts.per_day.unused == "lost":
        assert handed.max() <= gifts.per_day.limit
    if plan == "scarce":
        # Unused gifts of quiet days are carried over: some day hands out more than the daily limit.
        assert handed.max() > gifts.per_day.limit
        # And the pacing binds: people come in vain.
        assert result.value("gifts_refused") > 0


def test_without_pacing_or_with_a_larger_stock_more_would_have_gone() -> None:
    """The mutation: it is the pacing and the stock that held."""
    unpaced, plentiful = begun("unpaced"), begun("plentiful")
    running = np.cumsum(unpaced.daily["period"] == "campaign")
    assert np.any(np.cumsum(unpaced.daily["gifts_handed"]) > 16 * running)
    assert unpaced.value("gifts_handed") == 500
    assert plentiful.value("gifts_handed") > 500


def handed_by_site(plan: str) -> NDArray[np.int64]:
    """Gifts handed out at each branch."""
    handed = np.zeros(len(document(BANK, plan).market.site_names), np.int64)
    for market in first_weeks(plan):
        for _, _, rows, _ in market.today.handed:
            handed += np.bincount(market.customers.site[rows], minlength=len(handed))
    return handed


def test_a_branch_with_a_stock_of_its_own_gives_no_more_and_takes_from_no_other() -> None:
    own, shared = handed_by_site("at_each_branch"), handed_by_site("in_one_store")
    assert own.tolist() == [150] * len(own)
    assert shared.sum() == 150
    assert shared.max() < 150


def contacts_a_week(plan: str) -> NDArray[np.int64]:
    """Addressed contacts of each customer in the fullest calendar week of each, (customers,)."""
    weeks: dict[tuple[int, int], NDArray[np.int64]] = {}
    for market in first_weeks(plan):
        week = market.calendar.date_of(market.today.day).isocalendar()[:2]
        counts = weeks.setdefault(week, np.zeros(len(market.customers), np.int64))
        for identity, rows in market.today.exposed:
            if identity.endswith(".message"):
                np.add.at(counts, rows, 1)
    fullest: NDArray[np.int64] = np.max(list(weeks.values()), axis=0)
    return fullest


def test_nobody_is_contacted_more_often_in_a_calendar_week_than_the_cap_allows() -> None:
    assert contacts_a_week("eager").max() == 1
    assert begun("eager").value("contacts_capped") > 0


def test_without_the_cap_the_same_campaign_contacts_many_people_several_times_a_week() -> None:
    """The mutation."""
    assert np.mean(contacts_a_week("uncapped") > 1) > 0.5


@pytest.mark.parametrize(
    ("plan", "limit", "observed"),
    [("braked", 5.0, lambda waits: np.quantile(waits, 0.9)), ("braked_on_the_mean", 2.0, np.mean)],
)
def test_the_brake_pauses_exactly_after_days_with_waits_above_its_limit(
    plan: str, limit: float, observed: Callable[[NDArray[np.float64]], float]
) -> None:
    limit_broken, paused_days, aired_days = False, 0, 0
    for market in first_weeks(plan):
        today = market.today
        assert today.paused == (frozenset({"autumn"}) if limit_broken else frozenset())
        on_the_air = [identity for identity, _ in today.exposed]
        if limit_broken:
            assert not on_the_air
            paused_days += market.calendar.period(today.day) == "campaign"
        aired_days += bool(on_the_air)
        encounters = today.encounters
        assert encounters is not None  # every day leaves its encounters
        station = np.array(market.plant.first_station)[encounters.process]
        queued = ~np.isin(encounters.outcome, [Outcome.BALKED, Outcome.BLOCKED])
        # A complaint case is work for the staff: nobody waits in the hall for it.
        queued &= (station == market.plant.station_names.index("counter")) & (kind_of(encounters.visit) != CASE)
        waits = encounters.wait[queued]
        limit_broken = bool(len(waits)) and bool(observed(waits) > limit)
    assert paused_days > 0
    assert aired_days > 0


def test_without_waits_the_brake_never_acts() -> None:
    """The mutation."""
    assert all(not market.today.paused for market in first_weeks("endless_brake"))


def test_a_budget_that_stops_campaigns_stops_all_advertising_once_it_is_used_up() -> None:
    budget = 60_000
    spent, stopped = 0.0, False
    for market in first_weeks("frugal"):
        if stopped:
            assert not market.today.exposed
            assert market.ledger.today["media"] == 0
        spent += market.recorder.rows[-1]["campaign_cost"]
        stopped = spent >= budget
    assert stopped


def test_a_budget_that_may_be_overrun_does_not_stop_anything() -> None:
    """The mutation: advertising goes on to the last day, and the overrun is told."""
    result, stopped = begun("lavish"), begun("frugal")
    exposed = result.daily.loc[result.daily["period"] == "campaign", "exposures"]
    assert np.all(exposed > 0)
    assert result.value("campaign_cost") > stopped.value("campaign_cost")
    assert result.value("budget_overrun") == pytest.approx(result.value("campaign_cost") - 60_000)


DISCOUNT = small_branch("""
channels:
  letter: {addressed: true}
campaigns:
  offer:
    audience: {segments: [student]}
    waves: {first: {during: 9 Mar to 29 Mar, channels: {letter: {reach: 100%, frequency: 20}}}}
    announces: [students_pay_less]
offers:
  students_pay_less:
    during: 16 Mar to 5 Apr
    audience: {segments: [student], customers: everyone}
    discount: {needs: [visit], off: 30%}
plans:
  discount:
    title: only the price can move anybody; nobody waits, nobody talks
    set:
      market.segments: {student: {share: 40%}, everyone: {share: 60%}}
      market.needs.visit.rate: 6 per month
      service.capacity: unlimited
      behaviour.word_of_mouth: none
      behaviour.choice: {advertising: 0, offer: 0}
  nothing_off: {extends: discount, set: {offers.students_pay_less.discount.off: 0%}}
  unmoved: {extends: discount, set: {behaviour.choice.price: 0, behaviour.reference_price: none}}
  unmoved_nothing_off: {extends: unmoved, set: {offers.students_pay_less.discount.off: 0%}}
""")
FIRST, LAST = 14, 34  # 16 March and 5 April, both included


@cache
def rehearsed_visits(plan: str) -> tuple[Market, RunResult]:
    """A market after its last day, and the tables of the run with all visits."""
    market = Market(document(DISCOUNT, plan), keep_encounters=True)
    return market, market.run()


def served(plan: str) -> pd.DataFrame:
    """Served visits with their day, their customer and whether this is a student."""
    market, result = rehearsed_visits(plan)
    visits = result.encounters
    assert visits is not None  # asked for above
    students = market.document.market.segment_sizes()["student"]
    visits = visits[visits["outcome"] == "served"].sort_values(["day", "customer"])
    return visits.assign(student=visits["customer"] < students)[["day", "customer", "student"]].reset_index(drop=True)


def test_a_discount_is_given_to_every_eligible_visit_within_its_dates_and_to_no_other() -> None:
    visits, ledger = served("discount"), rehearsed_visits("discount")[1].ledger
    due = visits[visits["student"] & visits["day"].between(FIRST, LAST)].groupby("day").size()
    given = ledger[ledger["account"] == "discounts"]
    assert given["segment"].unique().tolist() == ["student"]
    assert given["campaign"].unique().tolist() == ["students_pay_less"]
    # 30 % of 10.00 off each.
    assert given.groupby("day")["amount"].sum().to_dict() == (-300 * due).to_dict()
    assert set(given["day"]) == set(range(FIRST, LAST + 1))


def test_a_discount_moves_only_those_who_get_it_and_only_from_its_first_day() -> None:
    cheap, dear = served("discount"), served("nothing_off")
    for table in (cheap, dear):
        table["concerned"] = table["student"] & (table["day"] >= FIRST)
    assert cheap[~cheap["concerned"]].reset_index(drop=True).equals(dear[~dear["concerned"]].reset_index(drop=True))
    more, fewer = (int((table["concerned"] & (table["day"] <= LAST)).sum()) for table in (cheap, dear))
    assert more > fewer


def test_where_price_moves_nobody_the_discount_is_only_paid() -> None:
    """The mutation: the money goes, and not one visit more comes."""
    assert served("unmoved").equals(served("unmoved_nothing_off"))
    assert rehearsed_visits("unmoved")[1].value("campaign_cost") > 0
    assert rehearsed_visits("unmoved_nothing_off")[1].value("campaign_cost") == 0
