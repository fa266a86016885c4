"""What a portal's membership may cost: service decides who stays, the fee who joins, and staff how many are asked."""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, lowers, raises, run, value

pytestmark = pytest.mark.slow

BLIND = "membership.quality: 0, membership.satisfaction: 0, membership.shown: 0"
PLANS = f"""
  blind_1500: {{set: {{{BLIND}}}}}
  blind_redesign: {{extends: redesign_1500, set: {{{BLIND}}}}}
  quiet_1000: {{extends: fee_1000, set: {{service.stations.service_desk.staff: 4}}}}
  unconsidered: {{extends: five_sellers, set: {{membership.considered: 0}}}}
"""
PORTAL = case("portal-membership", PLANS, run="1 Jan 2009 to 31 Aug 2009", campaign="15 Mar 2009 to 31 Aug 2009")
"""To the end of summer: by then the desk of the low fee is full."""
SPRING = case("portal-membership", PLANS, run="1 Feb 2009 to 31 May 2009", campaign="15 Mar 2009 to 31 May 2009")
"""To the third month after the redesign."""
WHOLE = case("portal-membership", PLANS)


def once(plan: str, measure: str, text: str = PORTAL) -> float:
    """A measure of a plan in the campaign of the first replication."""
    return value(text, plan, measure, "campaign", 0)


def test_with_the_better_service_a_year_is_worth_more_to_members() -> None:
    redesigned, plain = (once(plan, "willingness_to_pay", SPRING) for plan in ("redesign_1500", "fee_1500"))
    assert redesigned > plain + 150


@pytest.mark.study
def test_so_more_of_them_renew_at_every_fee() -> None:
    for fee in (1000, 1500, 2000):
        assert raises(WHOLE, f"redesign_{fee}", f"fee_{fee}", "renewal_rate"), fee


def test_where_what_is_paid_does_not_depend_on_service_it_keeps_nobody() -> None:
    """The mutation: the same redesign, and the same firms join, renew and leave on the same days."""
    plain, redesigned = run(SPRING, "blind_1500"), run(SPRING, "blind_redesign")
    assert redesigned.value("satisfaction", "campaign") > plain.value("satisfaction", "campaign") + 3.0
    for column in ("memberships_sold", "memberships_renewed", "memberships_due"):
        assert redesigned.daily[column].tolist() == plain.daily[column].tolist(), column


def test_a_higher_fee_wins_fewer() -> None:
    """Beyond the 95 % of two shares that vary independently; these share their luck and differ by less."""
    low, high = once("fee_1000", "joined_share"), once("fee_2000", "joined_share")
    decisions = once("fee_2000", "membership_offers")
    assert high < low - 1.96 * ((low * (1 - low) + high * (1 - high)) / decisions) ** 0.5


@pytest.mark.study
def test_it_wins_and_keeps_fewer_at_each_step_whatever_the_service() -> None:
    for service in ("fee", "redesign"):
        for low, high in ((1000, 1500), (1500, 2000)):
            for measure in ("joined_share", "renewal_rate"):
                assert lowers(WHOLE, f"{service}_{high}", f"{service}_{low}", measure), (service, high, measure)


def test_churn_is_high() -> None:
    """At the end of a term a third or more of the members leave, whatever the fee."""
    for plan, text in (("fee_1000", PORTAL), ("fee_1500", SPRING), ("fee_2000", PORTAL)):
        assert once(plan, "renewal_rate", text) < 0.67


def test_the_low_fee_fills_the_desk_and_members_are_less_satisfied() -> None:
    assert once("fee_1000", "wait_mean") > 2 * once("fee_2000", "wait_mean")
    assert once("fee_1000", "satisfaction") < once("fee_2000", "satisfaction") - 1.0


def test_with_staff_enough_at_the_desk_they_are_not() -> None:
    """The mutation: as low a fee, and nobody waits."""
    assert once("quiet_1000", "wait_mean") < 1.0
    crowded = once("fee_2000", "satisfaction") - once("fee_1000", "satisfaction")
    assert once("fee_2000", "satisfaction") - once("quiet_1000", "satisfaction") < 0.5 * crowded


def test_five_salespeople_ask_and_win_more_than_three() -> None:
    asked = once("redesign_1500", "contacts_made", SPRING)
    assert 1.2 * asked < once("five_sellers", "contacts_made", SPRING) <= 5 / 3 * asked
    assert once("five_sellers", "acquired", SPRING) > once("redesign_1500", "acquired", SPRING)


@pytest.mark.study
def test_they_win_more_in_every_replication() -> None:
    assert raises(WHOLE, "five_sellers", "redesign_1500", "acquired")


def test_where_no_visit_leads_to_a_decision_they_win_nobody() -> None:
    """The mutation."""
    assert value(SPRING, "unconsidered", "contacts_made", "whole", 0) > 0
    assert value(SPRING, "unconsidered", "acquired", "whole", 0) == 0


def test_what_members_paid_is_the_fee_of_each_who_joined_or_renewed_to_the_cent() -> None:
    result = run(SPRING, "redesign_1500", 0)
    posted = result.ledger.groupby("account")["amount"].sum()
    joined, renewed = (int(result.daily[column].sum()) for column in ("memberships_sold", "memberships_renewed"))
    assert joined > 0 < renewed
    assert posted["memberships"] == 150_000 * (joined + renewed)
    assert posted["joining"] == 20_000 * joined
    assert result.daily["membership_fees"].sum() == 1500.0 * (joined + renewed) + 200.0 * joined
