"""Members who pay in advance: cash of full take-up, quotas by branch, whom the offer keeps and who is paid anyway."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.comparing.incrementality import offer_effects, stays
from sim.customers import CUSTOMER, LEFT
from sim.ledger import PROFIT_ACCOUNTS
from sim.levers.prepay import RunningPrepay
from sim.market import Market
from sim.results import RunResult
from sim.scenario.audience import Audience
from tests.behaviour.casebook import case, document

pytestmark = pytest.mark.slow

TIERS = ("diamond", "gold", "silver")
TERMS = "offers.prepay.prepay"
RISK = "campaigns.those_at_risk.audience.where.any_of"
SIGNS = ("falling_spend", "call_forwarding", "small_bills")
EVERYBODY = "{during: 1 Nov 2013 to 7 Nov 2013, channels: {care: {reach: 100%, frequency: 300}}}"


def sizes(diamond: int, gold: int, silver: int) -> str:
    """Settings of a market with so many members of each tier and as large quotas."""
    total = diamond + gold + silver
    shares = ", ".join(
        f"market.segments.{tier}.share: {size / total!r}"
        for tier, size in zip(TIERS, (diamond, gold, silver), strict=True)
    )
    quotas = ", ".join(
        f"{TERMS}.tiers.{tier}.quota: {size}" for tier, size in zip(TIERS, (diamond, gold, silver), strict=True)
    )
    return f"market.customers: {total}, {shares}, {quotas}"


TAKES_ALL = f"""offers.prepay.audience.where.attributes.contract.at_least: 0, {TERMS}.accepts: 100%,
    {TERMS}.comes_within: 1 h, {TERMS}.coupon.cost: 100%, {TERMS}.coupon.unused: 0%,
    campaigns.everybody.waves.winter: {EVERYBODY}, service.capacity: unlimited,
    market.needs.shop_visit.rate: 0 per year, market.spending.rate: 2 per month,
    behaviour.leaving: {{form: none}}, behaviour.usage: none"""
SMALL = "market.customers: 4000"
MANY = "market.customers: 8000, market.sites: 28"
WHILE_OFFERED = "calendar: {run: 25 Oct 2013 to 28 Feb 2014, campaign: 1 Nov 2013 to 28 Feb 2014}"
SCARCE = f"""{WHILE_OFFERED}, {SMALL},
    {TERMS}.tiers.diamond.quota: 40, {TERMS}.tiers.gold.quota: 200, {TERMS}.tiers.silver.quota: 700"""
PLANS = f"""
  full_take_up:
    extends: all_members
    remove: [campaigns.those_at_risk]
    set: {{{sizes(2000, 10_000, 34_000)}, {TAKES_ALL}}}
  a_tenth: {{extends: full_take_up, set: {{{sizes(200, 1000, 3400)}}}}}
  a_tenth_in_five_months:
    extends: a_tenth
    set:
      {TERMS}.released_over: 5
      calendar: {{run: 31 Oct 2013 to 1 Apr 2014, campaign: 1 Nov 2013 to 1 Apr 2014}}
  scarce: {{extends: all_members, set: {{{SCARCE}, {TERMS}.over_quota: refused}}}}
  scarce_borne: {{extends: scarce, set: {{{TERMS}.over_quota: borne by the site}}}}
  small_none: {{set: {{{SMALL}}}}}
  many_none: {{set: {{{MANY}}}}}
  many_all: {{extends: all_members, set: {{{MANY}}}}}
  many_unbound: {{extends: many_all, set: {{{TERMS}.contract.switching_cost: 0}}}}
  small_half: {{extends: half_held_out, set: {{{SMALL}, {WHILE_OFFERED}}}}}
  told:
    extends: all_members
    set:
      market.customers: 1200
      calendar: {{run: 1 Sep 2013 to 31 Mar 2014, campaign: 1 Nov 2013 to 31 Mar 2014}}
      {RISK}.falling_spend.spend_change.over: 30 days
      {RISK}.small_bills.spend: {{over: 30 days, at_most: 40}}
  told_without_falling_spend: {{extends: told, remove: [{RISK}.falling_spend]}}
  told_without_call_forwarding: {{extends: told, remove: [{RISK}.call_forwarding]}}
  told_without_small_bills: {{extends: told, remove: [{RISK}.small_bills]}}
  any_forwards: {{extends: small_none, set: {{market.risk_signs.call_forwarding.service: 0}}}}
  unmoved_none: {{set: {{behaviour.usage: none}}}}
  unmoved_all: {{extends: all_members, set: {{behaviour.usage: none}}}}
  unmoved_falling: {{extends: falling_spend_only, set: {{behaviour.usage: none}}}}
"""
WHOLE = case("unicom-members", PLANS)
RELEASES = case("unicom-members", PLANS, run="31 Oct 2013 to 1 Sep 2014", campaign="1 Nov 2013 to 1 Sep 2014")
WINTER = case("unicom-members", PLANS, run="25 Oct 2013 to 31 Mar 2014", campaign="1 Nov 2013 to 31 Mar 2014")
YEAR = case("unicom-members", PLANS, run="1 Oct 2013 to 31 Oct 2014")


@cache
def lived(text: str, plan: str) -> tuple[Market, RunResult]:
    """A market after its last day, and its tables."""
    market = Market(document(text, plan))
    return market, market.run()


def yuan(result: RunResult, account: str, tier: str | None = None) -> float:
    """Sum of an account, of one tier if asked."""
    rows = result.ledger[result.ledger["account"] == account]
    return float(rows["amount"].sum() if tier is None else rows.loc[rows["tier"] == tier, "amount"].sum()) / 100


def by_day(result: RunResult, account: str) -> pd.Series:
    """Sums of an account by day, where they are not 0, in yuan."""
    sums = result.ledger[result.ledger["account"] == account].groupby("day")["amount"].sum() / 100
    return sums[sums != 0]


def gifts(result: RunResult, tier: str | None = None) -> float:
    """What cards and coupons cost."""
    return -yuan(result, "cards", tier) - yuan(result, "retention", tier)


@pytest.mark.parametrize(("plan", "times"), [("a_tenth", 1), pytest.param("full_take_up", 10, marks=pytest.mark.study)])
def test_full_take_up_pays_out_two_hundred_thousand_more_than_it_takes_in(plan: str, times: int) -> None:
    """All of 2,000 + 10,000 + 34,000 sign: gifts 6.0 million, prepaid 5.8 million, and the difference is diamond's.

    In the suite a tenth of the members, and of everything.
    """
    market, result = lived(RELEASES, plan)
    assert market.prepay[0].signed.sum(axis=1).tolist() == [200 * times, 1000 * times, 3400 * times]
    assert yuan(result, "retention") == -230_000 * times
    assert yuan(result, "cards") == -370_000 * times
    assert gifts(result) == 600_000 * times
    assert yuan(result, "prepaid_cash") == 580_000 * times
    net = {tier: yuan(result, "prepaid_cash", tier) - gifts(result, tier) for tier in TIERS}
    assert net == {"diamond": -20_000 * times, "gold": 0, "silver": 0}


@pytest.mark.parametrize(("plan", "times"), [("a_tenth", 1), pytest.param("full_take_up", 10, marks=pytest.mark.study)])
def test_what_is_prepaid_is_released_in_ten_equal_months(plan: str, times: int) -> None:
    """Of full take-up 580,000 a month."""
    _, result = lived(RELEASES, plan)
    locked = by_day(result, "prepaid_locked")
    released = locked[locked > 0]
    assert released.tolist() == [58_000.0 * times] * 10
    first_days = pd.to_datetime(result.daily["date"]).dt.day.to_numpy()[released.index.to_numpy()]
    assert (first_days == 1).all()
    assert locked.sum() == 0
    assert yuan(result, "prepaid_credit") + yuan(result, "prepaid_locked") == -(
        yuan(result, "prepaid_cash") + yuan(result, "prepaid_bills")
    )


def test_released_over_five_months_it_is_twice_as_much_a_month() -> None:
    """The mutation, in a market of a tenth: not 58,000 a month."""
    released = by_day(lived(RELEASES, "a_tenth_in_five_months")[1], "prepaid_locked")
    assert released[released > 0].tolist() == [116_000.0] * 5


def test_prepaid_money_is_no_profit_and_cards_lower_revenue() -> None:
    """Profit is the margins less what is given; cash and what is owed for it are kept apart."""
    _, result = lived(RELEASES, "a_tenth")
    _, plain = lived(RELEASES, "a_tenth_in_five_months")
    profit = result.ledger.loc[result.ledger["account"].isin(PROFIT_ACCOUNTS), "amount"].sum() / 100
    assert result.daily["profit"].sum() == pytest.approx(profit, abs=0.01)
    alike = result.daily["profit"].iloc[: len(plain.daily)]
    assert alike.sum() == pytest.approx(plain.daily["profit"].sum(), abs=0.01)
    revenue = yuan(result, "spending") + yuan(result, "cards")
    assert result.daily["revenue"].sum() == pytest.approx(revenue, abs=0.01)


def test_no_branch_gives_more_than_its_quota() -> None:
    market, result = lived(WINTER, "scarce")
    prepay = market.prepay[0]
    assert prepay.quota.sum(axis=1).tolist() == [40, 200, 700]
    assert (prepay.signed <= prepay.quota).all()
    assert (prepay.signed == prepay.quota).sum() > 0.9 * prepay.quota.size
    assert result.daily["prepay_over_quota"].sum() == 0
    assert result.value("prepay_over_quota_cost") == 0


def over_quota(prepay: RunningPrepay) -> NDArray[np.int64]:
    """Signed beyond the quota, by site."""
    return np.maximum(prepay.signed - prepay.quota, 0).sum(axis=0)


def test_unless_the_branch_bears_what_goes_beyond() -> None:
    """The mutation: branches run ahead of each other until the quota of all is used, and what is beyond is theirs."""
    market, result = lived(WINTER, "scarce_borne")
    prepay, customers = market.prepay[0], market.customers
    beyond = over_quota(prepay)
    assert beyond.sum() == result.daily["prepay_over_quota"].sum() > 0
    assert result.sites["over_quota_prepay"].tolist() == beyond.tolist()
    assert result.sites["signed_prepay"].sum() == market.offers[0].handed.sum()
    # Whose cost it is, counted anew: cards of those beyond, and coupons they used.
    rows = np.flatnonzero(prepay.over)
    assert len(rows) == beyond.sum()
    used = (prepay.coupon_on[rows] >= 0) & (prepay.coupon_on[rows] < market.calendar.days)
    cost = prepay.card[prepay.place[customers.tier[rows]]] + used * prepay.coupon_cost
    by_site = np.bincount(customers.site[rows], weights=cost, minlength=len(market.site_names))
    assert result.sites["over_quota_cost_prepay"].tolist() == by_site.tolist()
    assert round(100 * result.daily["prepay_over_quota_cost"].sum()) == cost.sum()


def test_quotas_go_to_the_branches_by_their_share_of_members() -> None:
    """Of each tier no branch is off its exact part by a whole customer, counted on the day the offer begins."""
    market = Market(document(WINTER, "scarce"))
    while market.day < market.offers[0].first:
        market.step()
    status, tier = market.customers.status.copy(), market.customers.tier.copy()
    market.step()
    for place, quota in enumerate((40, 200, 700)):
        members = np.bincount(market.customers.site[(status == CUSTOMER) & (tier == place)], minlength=14)
        exact = quota * members / members.sum()
        assert np.abs(market.prepay[0].quota[place] - exact).max() < 1.0


def kept_and_lost(plan: str) -> tuple[int, int]:
    """Of those who signed: who left without the offer and not with it, and the other way round."""
    signed = lived(WINTER, plan)[0].offers[0].handed > 0
    here, there = (lived(WINTER, each)[0].customers.status == LEFT for each in (plan, "many_none"))
    return int((signed & there & ~here).sum()), int((signed & here & ~there).sum())


def test_the_contract_keeps_members_who_would_have_left() -> None:
    """Beyond three deviations of two counts that vary independently."""
    kept, lost = kept_and_lost("many_all")
    assert kept - lost > 3 * np.sqrt(kept + lost)


def test_a_contract_that_binds_nobody_keeps_nobody() -> None:
    """The mutation: as many leave as without the offer; only their visits to the shop differ."""
    kept, lost = kept_and_lost("many_unbound")
    assert abs(kept - lost) < 3 * np.sqrt(kept + lost)
    assert kept < kept_and_lost("many_all")[0] / 2


def test_most_is_paid_to_members_who_would_have_stayed() -> None:
    market, result = lived(WINTER, "many_all")
    effects = offer_effects(result, lived(WINTER, "many_none")[1], {"prepay": stays}).iloc[0]
    there = lived(WINTER, "many_none")[0].customers.status == LEFT
    signed = market.offers[0].handed > 0
    assert effects["redeemed"] == signed.sum()
    assert effects["deadweight"] == (signed & ~there).sum()
    assert effects["incremental"] == kept_and_lost("many_all")[0]
    assert effects["paid_deadweight"] > effects["paid"] / 2


def test_nearly_all_that_is_prepaid_pays_bills_due_anyway() -> None:
    _, result = lived(WINTER, "many_all")
    released = -by_day(result, "prepaid_credit").clip(upper=0).sum()
    met = round(result.daily["prepaid_used"].sum() + yuan(result, "forfeits"), 2)
    assert yuan(result, "prepaid_bills") == pytest.approx(-met, abs=0.001)
    assert result.daily["prepaid_used"].sum() > 0.95 * released


def test_of_those_held_out_nobody_signs() -> None:
    """Half of all, beyond four deviations of so many tosses; of the others about as many as in any plan."""
    market, _ = lived(WINTER, "small_half")
    signed, audience = market.offers[0].handed > 0, market.document.offers["prepay"].audience
    held_out = market.audiences.held_out("offers.prepay", audience)
    assert not signed[held_out].any()
    assert abs(held_out.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(held_out))
    # Without the quota's end as many of the others sign as are eligible, hear of it and accept: 0.75 · 0.95 · 0.85.
    assert 0.35 < signed[~held_out].mean() < 0.61


@cache
def told_in_november(plan: str) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]]]:
    """Who knows of the offer after November, and who had which of the plan's signs on some day of it.

    Signs of the last 30 days instead of 60, in a market that begins two of these periods earlier.
    """
    market = Market(document(WINTER, plan))
    where = document(WINTER, plan).campaigns["those_at_risk"].audience.where
    assert where is not None
    alone = {name: where.model_copy(update={"any_of": {name: each}}) for name, each in where.any_of.items()}
    rows = np.arange(len(market.customers))
    seen = {name: np.zeros(len(rows), np.bool_) for name in alone}
    first, last = (market.calendar.day(day) for day in (date(2013, 11, 1), date(2013, 11, 30)))
    while market.day <= last:
        market.step()
        for name, condition in alone.items() if market.day > first else ():
            one = Audience().model_copy(update={"where": condition})
            seen[name] |= market.audiences.members("test", one, rows, np.full(len(rows), CUSTOMER, np.int8))
    return market.offers[0].knows.copy(), seen


def with_one_sign(name: str, seen: dict[str, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Who has this sign of risk and no other."""
    return np.asarray(seen[name] & ~np.any([seen[other] for other in SIGNS if other != name], axis=0))


def test_told_first_are_members_with_falling_spending_forwarded_calls_or_small_bills() -> None:
    knows, seen = told_in_november("told")
    assert not knows[~np.any(list(seen.values()), axis=0)].any(), "nobody without a sign"
    for name in SIGNS:
        only = with_one_sign(name, seen)
        assert only.any()
        assert knows[only].mean() > 0.2, name  # a bad month passes; not everyone is reached while it lasts


@pytest.mark.parametrize("name", SIGNS)
def test_without_a_sign_members_who_have_no_other_are_not_told(name: str) -> None:
    """The mutation, sign by sign; who signed in the one plan may have come by another sign in the other."""
    knows = told_in_november(f"told_without_{name}")[0]
    assert knows.any()
    assert knows[with_one_sign(name, told_in_november("told")[1])].mean() < 0.05


def forwarders_who_leave(plan: str) -> float:
    """Share who leave within eleven months, of members who forward calls on 1 Nov less of all others, in sd."""
    market = Market(document(YEAR, plan))
    while market.day < market.calendar.day(date(2013, 11, 1)):
        market.step()
    there, forwards = market.customers.status == CUSTOMER, market.audiences.signs.shown("call_forwarding")
    market.run()
    left = market.customers.status == LEFT
    (few, share), (many, of_others) = (
        (each.sum(), left[each].mean()) for each in (there & forwards, there & ~forwards)
    )
    return float((share - of_others) / np.sqrt(of_others * (1 - of_others) * (1 / few + 1 / many)))


@pytest.mark.study
def test_members_who_forward_their_calls_leave_more_often() -> None:
    assert forwarders_who_leave("small_none") > 2.0


@pytest.mark.study
def test_where_forwarding_has_nothing_to_do_with_discontent_it_tells_nothing() -> None:
    """The mutation: who forwards calls does so by chance alone."""
    assert forwarders_who_leave("any_forwards") < 2.0


def would_leave(none: str, plan: str) -> tuple[int, int]:
    """Of those who signed, how many leave without the offer; and how many signed."""
    there = lived(WHOLE, none)[0].customers.status == LEFT
    signed = lived(WHOLE, plan)[0].offers[0].handed > 0
    return int((signed & there).sum()), int(signed.sum())


def lead(none: str, everybody: str, falling: str) -> float:
    """Share who would leave, of those with falling spending less that of all, in standard deviations."""
    (left, few), (of_all, all_signed) = would_leave(none, falling), would_leave(none, everybody)
    share = of_all / all_signed
    return float((left / few - share) / np.sqrt(share * (1 - share) / few))


@pytest.mark.study
def test_falling_spending_finds_members_who_would_leave() -> None:
    assert lead("none", "all_members", "falling_spend_only") > 2.0


@pytest.mark.study
def test_where_satisfaction_moves_no_spending_it_finds_nobody() -> None:
    """The mutation: spending falls by chance alone, and says nothing about who leaves."""
    assert lead("unmoved_none", "unmoved_all", "unmoved_falling") < 2.0
