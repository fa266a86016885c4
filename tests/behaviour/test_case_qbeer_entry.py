"""A brewery enters a city: habit holds shares, a second distributor keeps promises, and what two beliefs are worth."""

from __future__ import annotations

import pytest

from tests.behaviour.casebook import case, effect, lowers, run, scenario

pytestmark = pytest.mark.slow

CITY = case(
    "qbeer-entry",
    """
  at_home_everywhere:
    set:
      market.segments.new_city.traits.existing: 97%
      service.stations.distributor_a.staff: 20
      market.rivals.local_brewery.attractiveness_for: {new_city: 0.3, new_city_restaurants: 0.3}
  big_distributor: {extends: exclusive_one_distributor, set: {service.stations.distributor_a.staff: 5}}
  big_distributors: {extends: exclusive, set: {service.stations.distributor_a.staff: 5}}
  exclusive_fewer_guests: {extends: exclusive, set: {market.needs.exclusive_order.rate: 0.5 per week}}
  new_name_loses: {extends: new_name, set: {market.departures.old_name_gone.rate: 0.5 per year}}
""",
    run="1 Mar 2010 to 10 Apr 2010",
    campaign="15 Mar 2010 to 10 Apr 2010",
)
"""Six weeks: supply, habit and the new name work from the first day on, and what customers are worth is told ahead."""
WORTH = "profit_with_carried_value"


def share(plan: str, segment: str) -> float:
    return run(CITY, plan, 0).value(f"line_share_beer_of_{segment}")


def test_habit_gives_the_share_observed_at_home_and_next_to_none_in_the_new_city() -> None:
    """Observed: about 90 % at home, 1 % at most there; neither is in the file, nor are different tastes."""
    assert 0.85 < share("stay_home", "home") < 0.95
    assert share("stay_home", "new_city") <= 0.01
    assert share("list_it", "new_city") <= 0.01


def test_with_customers_of_its_own_the_brewery_would_have_the_same_share_there() -> None:
    """The mutation: what differs between the cities is who buys from whom already."""
    assert share("at_home_everywhere", "new_city") > 0.85


def test_a_second_distributor_shortens_the_wait_for_beer_and_pleases() -> None:
    one, two = run(CITY, "exclusive_one_distributor", 0), run(CITY, "exclusive", 0)
    assert two.value("wait_mean") < 0.5 * one.value("wait_mean")
    assert two.value("satisfaction") > one.value("satisfaction")
    assert two.value(WORTH) > one.value(WORTH)


def test_where_the_first_distributor_has_people_enough_the_second_adds_next_to_nothing() -> None:
    """The mutation: it is capacity that the second one brings."""
    one, two = run(CITY, "big_distributor", 0), run(CITY, "big_distributors", 0)
    gained = run(CITY, "exclusive", 0).value("satisfaction") - run(CITY, "exclusive_one_distributor", 0).value(
        "satisfaction"
    )
    assert abs(two.value("satisfaction") - one.value("satisfaction")) < 0.3 * gained


def test_fewer_guests_take_nearly_all_the_lead_of_exclusive_supply() -> None:
    """If guests come as before it leads by far; if half of them stay away, most of the lead is gone."""
    lead = effect(CITY, "exclusive", "list_it", WORTH)
    left = effect(CITY, "exclusive_fewer_guests", "list_it", WORTH)
    assert lead.low > 0.0
    assert left.high < lead.low
    assert left.mean < lead.mean / 2


def test_lost_buyers_make_the_new_name_the_worst_of_all_plans() -> None:
    """If buyers do not follow, the home city is lost; the mutation is the belief that they do.

    Half of 776 a year are 43 in six weeks, with a deviation of 6.6; twenty are out of chance's reach.
    """
    for plan in ("stay_home", "list_it", "exclusive"):
        assert lowers(CITY, "new_name_loses", plan, WORTH), plan
    lost, kept = effect(CITY, "new_name_loses", "list_it", WORTH), effect(CITY, "new_name", "list_it", WORTH)
    assert kept.low > lost.high
    assert run(CITY, "new_name_loses", 0).value("lost_to_old_name_gone") > 20


def test_both_questions_are_beliefs_that_can_be_run_side_by_side() -> None:
    beliefs = scenario(CITY).document("stay_home").experiment.beliefs
    assert {name: list(belief.either) for name, belief in beliefs.items()} == {
        "traffic": ["no_effect", "fewer_guests"],
        "name": ["keeps", "loses"],
    }
