"""Vegetables to the door: who comes for a month without the fee, what its end does, and who brings it all in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.comparing.intervals import Interval, paired_interval
from sim.behaviour.choice import probabilities
from sim.customers import CUSTOMER
from sim.day.choose import firm_utility
from sim.market import Market
from sim.results import RunResult
from tests.behaviour.casebook import REPLICATIONS, case, document, run
from tests.once import once

pytestmark = pytest.mark.slow

WINDOWS = tuple(
    f"service.tasks.delivery.appointment.windows.{each}.places" for each in ("five", "six", "seven", "eight")
)
ENOUGH_RIDERS = 'service.stations.riders.staff_at: {"17:00-21:00": 9}, ' + ", ".join(f"{each}: 40" for each in WINDOWS)
LATE = (
    'service.stations.riders.staff_at: {"17:00-21:00": 2}, service.tasks.delivery.appointment.overbooking: 100%, '
    + ", ".join(f"{each}: 12" for each in WINDOWS)
)
NOBODY_MINDS_TIME = """service.quality.failure_level: 6.5, behaviour.promises: none, behaviour.leaving.failures: 0,
                       service.wait_scale.desired: 600 min, service.wait_scale.adequate: 900 min"""
NO_PULL = """behaviour.choice.price: 0, behaviour.choice.offer: 0, behaviour.reference_price: none,
             behaviour.leaving.price: 0"""
PLANS = f"""
  none_riders: {{set: {{{ENOUGH_RIDERS}}}}}
  unremembering: {{extends: free_month_riders, set: {{behaviour.reference_price: none}}}}
  none_unremembering: {{extends: none_riders, set: {{behaviour.reference_price: none}}}}
  no_fee_late: {{set: {{market.needs.order.fees.delivery.amount: 0, {LATE}}}}}
  no_fee_late_unminded: {{extends: no_fee_late, set: {{{NOBODY_MINDS_TIME}}}}}
  none_unminded: {{extends: none_riders, set: {{{NOBODY_MINDS_TIME}}}}}
  unmoved: {{extends: free_month, set: {{{NO_PULL}}}}}
  none_unmoved: {{set: {{{NO_PULL}}}}}
"""
VEGETABLES = case("vegetable-box", PLANS, run="30 Mar 2026 to 31 May 2026")
APRIL = case("vegetable-box", PLANS, run="31 Mar 2026 to 1 May 2026", campaign="1 Apr to 30 Apr")
WHOLE = case("vegetable-box", PLANS)

OPENS, CLOSES, MONTH = 2, 31, 30
"""The first and the last day on which a free month begins, counted from the first day; and the days it lasts."""
REVIEW = 32
"""1 May, the only day of review with a whole window behind it."""
FEE, GOODS = 600, 3600
"""In fen."""


@dataclass(frozen=True, eq=False)
class Lived:
    """One run, and of each customer what the tables do not say.

    new: not a customer at opening; joined: day they became one; status, tier: on the last evening; next_order: chance
    that a need then goes to the firm
    """

    result: RunResult
    new: NDArray[np.bool_]
    joined: NDArray[np.float64]
    status: NDArray[np.int8]
    tier: NDArray[np.int8]
    next_order: NDArray[np.float64]

    @property
    def orders(self) -> pd.DataFrame:
        """Orders delivered: day, customer."""
        assert self.result.encounters is not None  # asked for below
        visits = self.result.encounters
        return visits.loc[
            (visits["process"] == "delivery at riders") & (visits["outcome"] == "served"), ["day", "customer"]
        ]

    @property
    def first_order(self) -> NDArray[np.float64]:
        """Day of each customer's first order of the run, infinite without one."""
        first = self.orders.groupby("customer")["day"].min()
        found = np.full(len(self.new), np.inf)
        found[first.index.to_numpy()] = first.to_numpy()
        return found


@once
def lived(plan: str, replication: int = 0) -> Lived:
    """One run of nine weeks; the first replication with its orders."""
    market = Market(document(VEGETABLES, plan), replication=replication, keep_encounters=replication == 0)
    customers = market.customers
    new = customers.status != CUSTOMER
    result = market.run()
    market.day -= 1  # the last evening: the day is over, its prices and offers still stand
    return Lived(result, new, customers.joined, customers.status, customers.tier, next_order(market))


def next_order(market: Market) -> NDArray[np.float64]:
    """The chance that a need of each customer today would go to the firm."""
    rows = np.arange(len(market.customers))
    price_effect = market.document.behaviour.choice.price * market.customers.price_sensitivity
    rivals = market.document.market.rivals.values()
    utilities = np.zeros((len(rows), 2 + len(rivals)))
    utilities[:, 0] = firm_utility(market, rows, np.zeros(len(rows), np.int64))
    for column, rival in enumerate(rivals, start=1):
        utilities[:, column] = rival.attractiveness - price_effect * (rival.price - 1.0)
    return np.asarray(probabilities(utilities)[:, 0])


def effect_of_the_free_month(measure: str) -> Interval:
    """The free month less no offer, both with the riders there are, in the campaign."""
    free, none = (
        [lived(plan, number).result.value(measure, "campaign") for number in range(REPLICATIONS)]
        for plan in ("free_month", "none")
    )
    return paired_interval(free, none)


def test_a_month_without_the_fee_brings_more_first_orders() -> None:
    assert effect_of_the_free_month("acquired").low > 0.0


def test_where_neither_price_nor_offer_moves_anybody_it_brings_none() -> None:
    """The mutation: fees are waived as before, and the same people come on the same days."""
    free, none = run(APRIL, "unmoved"), run(APRIL, "none_unmoved")
    assert free.daily["fees_waived"].sum() > 0.0
    for column in ("acquired", "served", "customers"):
        assert free.daily[column].tolist() == none.daily[column].tolist(), column


def test_with_the_same_riders_more_windows_are_broken_and_customers_are_less_satisfied() -> None:
    assert effect_of_the_free_month("appointments_kept_share").high < 0.0
    assert effect_of_the_free_month("satisfaction").high < 0.0


def test_with_riders_and_places_for_them_every_window_is_kept() -> None:
    """The mutation: what lowers satisfaction is the work the free month brings, not the free month."""
    ample = lived("free_month_riders").result
    assert ample.value("appointments_kept_share", "campaign") > 0.99
    assert ample.value("satisfaction", "campaign") > lived("none").result.value("satisfaction", "campaign")


def after_the_free_month(free: str, none: str) -> Interval:
    """Chance of the next order with the free month over less that without an offer, of the same people.

    Those who come with and without it: their first order falls in April in both plans, and they are still ordinary
    customers in both on 31 May. Both plans have riders enough, so that nobody is late. Mean and 95 % interval.
    """
    offered, plain = lived(free), lived(none)
    who = np.ones(len(offered.new), np.bool_)
    for each in (offered, plain):
        who &= each.new & (each.first_order >= OPENS) & (each.first_order <= CLOSES) & (each.status == CUSTOMER)
    who &= (offered.tier == plain.tier) & (offered.first_order + MONTH <= offered.result.daily["day"].iloc[-1])
    assert who.sum() > 50
    return paired_interval(offered.next_order[who].tolist(), plain.next_order[who].tolist())


def test_when_the_month_ends_they_order_less_than_if_it_had_never_been() -> None:
    """The dip after a promotion: the price they got used to is lower, and the fee comes back as a rise."""
    assert after_the_free_month("free_month_riders", "none_riders").high < 0.0


def test_where_no_price_is_remembered_nothing_dips() -> None:
    """The mutation."""
    assert after_the_free_month("unremembering", "none_unremembering").high >= 0.0


def customers_at_the_end(plan: str) -> int:
    return int(lived(plan).result.daily["customers"].iloc[-1])


def test_late_windows_cost_more_customers_than_the_fee() -> None:
    """No fee and riders who come late keep fewer than the fee and riders in time.

    Beyond the 95 % of two counts that vary independently; these share their luck and differ by less.
    """
    late, in_time = customers_at_the_end("no_fee_late"), customers_at_the_end("none_riders")
    assert lived("no_fee_late").result.value("appointments_kept_share", "campaign") < 0.5
    assert late < in_time - 1.96 * np.sqrt(late + in_time)


def test_where_nobody_minds_time_the_price_decides() -> None:
    """The mutation: as late as before, and without the fee there are not fewer but more."""
    late, in_time = customers_at_the_end("no_fee_late_unminded"), customers_at_the_end("none_unminded")
    assert lived("no_fee_late_unminded").result.value("appointments_kept_share", "campaign") < 0.5
    assert late > in_time


def test_fees_charged_and_waived_are_exactly_those_of_the_orders() -> None:
    """Counted anew from the orders: every one is charged the fee, and a newcomer's first thirty days are given back."""
    free = lived("free_month")
    orders, first = free.orders, free.first_order
    day, customer = orders["day"].to_numpy(), orders["customer"].to_numpy()
    begun = free.new & (first >= OPENS) & (first <= CLOSES)
    given = begun[customer] & (day < first[customer] + MONTH)
    assert 0 < given.sum() < begun[customer].sum()
    assert posted(free, "fees") == FEE * len(orders)
    assert posted(free, "needs") == GOODS * len(orders)
    assert posted(free, "waivers", "free_month") == -FEE * given.sum()
    assert set(customer[given]) == set(np.flatnonzero(begun))
    days = free.result.daily
    assert round(100 * days["fees_waived"].sum()) == -posted(free, "waivers")


def posted(of: Lived, account: str, campaign: str | None = None) -> int:
    """Sum of an account, fen."""
    rows = of.result.ledger[of.result.ledger["account"] == account]
    return int(rows["amount"].sum() if campaign is None else rows.loc[rows["campaign"] == campaign, "amount"].sum())


def test_members_rise_by_what_they_spent_on_goods_in_a_month() -> None:
    """On 1 May, of those who had been customers for the month: 240 yuan is silver and 420 gold; fees do not count."""
    plain = lived("none")
    in_window = plain.orders[plain.orders["day"].between(REVIEW - MONTH, REVIEW - 1)]
    spent = GOODS / 100 * np.bincount(in_window["customer"], minlength=len(plain.new))
    reviewed = (plain.status == CUSTOMER) & (plain.joined <= REVIEW - MONTH)
    tiers = document(VEGETABLES, "none").market.tiers
    due = np.select([spent >= 420, spent >= 240], [tiers.index("gold"), tiers.index("silver")], tiers.index("ordinary"))
    assert (plain.tier[reviewed] == due[reviewed]).all()
    assert plain.result.daily.loc[REVIEW, "tiers_raised"] > 50
    with_fees = spent * (GOODS + FEE) / GOODS
    assert (np.select([with_fees >= 420, with_fees >= 240], [0, 1], 2)[reviewed] != due[reviewed]).any()


@pytest.mark.study
def test_a_free_month_keeps_more_customers_for_a_yuan_given_up_than_a_lower_fee() -> None:
    """To the end of July, two months after the last free month: customers more than without an offer, a yuan."""
    for replication in range(REPLICATIONS):
        none, free, lower = (run(WHOLE, plan, replication) for plan in ("none", "free_month", "lower_fee"))
        ledger, last = free.ledger, len(free.daily) - 1
        given = -ledger.loc[ledger["campaign"] == "free_month", "amount"].sum() / 100
        delivered = lower.value("appointments_kept") + lower.value("appointments_late")
        kept_free, kept_lower = (
            each.daily["customers"][last] - none.daily["customers"][last] for each in (free, lower)
        )
        assert kept_free > 0
        assert kept_free / given > kept_lower / (2 * delivered)
