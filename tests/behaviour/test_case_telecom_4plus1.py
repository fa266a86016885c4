"""Four kinds of telephone customers: cheap long distance, causes nobody can prevent, managers called away, fair prices.

A smaller town of the file over four months, with as many managers as it needs when nobody is called away.
"""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, run

pytestmark = pytest.mark.slow

TOWN = case(
    "telecom-4plus1",
    """
  town: {set: {market.customers: 1200, service.stations.key_managers.staff: 2}}
  nobody_called_away: {extends: town, remove: [service.stations.key_managers.people]}
  more_managers: {extends: town, set: {service.stations.key_managers.staff: 6}}
  in_order: {extends: town, set: {offers.lowest_key.discount.off: 8%}}
  nobody_minds: {extends: town, set: {behaviour.fairness: none}}
  same_price: {extends: town, set: {market.rivals.ip_calls.price: 1}}
  merged_town: {extends: merged, set: {
    market.customers: 1200, service.stations.key_managers.staff: 1, service.stations.boundary_team.staff: 1}}
""",
    run="1 Oct 2008 to 31 Jan 2009",
    campaign="1 Jan 2009 to 31 Jan 2009",
)
PROMISED = ("outreach_visit_upper", "outreach_visit_key_6", "outreach_call_key")


def share_of_cards(plan: str, segment: str) -> float:
    """Share of the calls, not of the money, that people of a segment make with cards."""
    daily, prices = run(TOWN, plan).daily, {"same_price": 1.0}
    ours = daily[f"ours_long_distance_of_{segment}"].sum()
    theirs = (daily[f"wallet_long_distance_of_{segment}"].sum() - ours) / prices.get(plan, 0.45)
    return float(theirs / (ours + theirs))


def test_at_less_than_half_the_price_cards_take_more_than_the_shares_observed() -> None:
    """Observed: above 80 % with the public, above 90 % with transient people; neither is in the file."""
    assert share_of_cards("town", "public") > 0.80
    assert share_of_cards("town", "transient") > 0.90


def test_at_the_same_price_cards_take_about_half() -> None:
    """The mutation: it is the price, not the card."""
    assert share_of_cards("same_price", "public") < 0.6
    assert share_of_cards("same_price", "transient") < 0.6


def test_the_list_of_key_accounts_changes_on_the_first_of_january_only() -> None:
    daily = run(TOWN, "town").daily
    changed = daily[daily["tiers_raised"] + daily["tiers_lowered"] > 0]
    assert list(changed["date"]) == ["2009-01-01"]


def test_sudden_projects_keep_managers_from_visits_they_owe() -> None:
    assert all(run(TOWN, "nobody_called_away").value(name) > 0.97 for name in PROMISED)
    assert all(run(TOWN, "town").value(name) < 0.95 for name in PROMISED)


def test_more_managers_keep_the_visits_in_spite_of_projects() -> None:
    assert all(run(TOWN, "more_managers").value(name) > run(TOWN, "town").value(name) + 0.03 for name in PROMISED)
    assert run(TOWN, "more_managers").value("satisfaction_of_key_5") > run(TOWN, "town").value("satisfaction_of_key_5")


def test_no_plan_prevents_what_customers_own_business_brings() -> None:
    lost = [
        run(TOWN, plan).value("lost_to_own_trouble") for plan in ("town", "more_managers", "in_order", "merged_town")
    ]
    assert min(lost) > 0
    assert max(lost) - min(lost) <= 1  # who had left before cannot be lost again


def test_what_is_lost_by_industry_adds_up_to_what_is_lost() -> None:
    result = run(TOWN, "town")
    parts = result.breakdown[(result.breakdown["by"] == "segment") & (result.breakdown["period"] == "whole")]
    assert parts["lost_amount"].sum() == pytest.approx(result.value("lost_amount"))
    assert result.causes["amount"].sum() == pytest.approx(result.value("lost_amount"))


def test_a_higher_grade_that_gets_less_discount_minds() -> None:
    assert run(TOWN, "town").value("unfair_discounts") > 20
    assert run(TOWN, "in_order").value("unfair_discounts") == 0
    pleased = run(TOWN, "in_order").value("satisfaction_of_key_6") - run(TOWN, "town").value("satisfaction_of_key_6")
    assert pleased > 0.1


def test_where_nobody_compares_the_order_of_discounts_moves_no_satisfaction() -> None:
    """The mutation: the grudge is the comparison's, not the discount's."""
    minds, not_minds = (run(TOWN, plan).value("satisfaction_of_key_6") for plan in ("town", "nobody_minds"))
    assert run(TOWN, "nobody_minds").value("unfair_discounts") == 0
    assert not_minds > minds + 0.1
    assert run(TOWN, "in_order").value("satisfaction_of_key_6") == pytest.approx(not_minds, abs=0.1)


def test_one_team_for_the_boundary_makes_the_lower_grade_wait_for_the_higher_ones_visits() -> None:
    """Business accounts share their manager with key accounts, who are owed twice the visits."""
    merged, separate = run(TOWN, "merged_town"), run(TOWN, "town")
    assert merged.value("wait_mean_of_business_1") > separate.value("wait_mean_of_business_1")
    assert merged.value("wait_mean_of_key_6") < separate.value("wait_mean_of_key_6")
