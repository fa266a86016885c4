"""A notebook that "becomes" 6,500 + 2,000 + 2,400: both readings of the advertisement against the plain price."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.bundle_checks import stated_sums
from tests.behaviour.casebook import REPLICATIONS, case, document, effect, raises, run, scenario, value

pytestmark = pytest.mark.slow

WORTHLESS = "market.goods.network_card.worth: {constant: 0}, market.goods.data_plan.worth: {constant: 0}"
HAIER = case(
    "haier-bundle",
    f"""
  plain_worthless: {{set: {{{WORTHLESS}}}}}
  free_worthless: {{extends: extras_free, set: {{{WORTHLESS}}}}}
""",
    run="24 Apr 2010 to 31 May 2010",
    campaign="1 May 2010 to 31 May 2010",
)


def test_the_file_states_that_the_lines_add_up_to_10_900() -> None:
    assert dict(stated_sums(document(HAIER, "pay_less"))) == {
        "offers.pack.bundle.lines": "6,500 + 2,000 + 2,400 = 10,900"
    }


def test_lines_that_do_not_add_up_are_refused_with_their_sum() -> None:
    """The mutation: 2,400 for the plan printed as 2,500."""
    wrong = HAIER.replace("data_plan: {value: 2400, source: rule}", "data_plan: {value: 2500, source: rule}")
    assert wrong != HAIER
    with pytest.raises(ScenarioError, match=r"6,500 \+ 2,000 \+ 2,500 = 11,000, and the price is 10,900"):
        scenario(wrong)


def test_the_two_readings_are_4_400_of_extras_and_10_900_for_everything() -> None:
    goods = document(HAIER, "plain").market.goods
    apart = sum(good.price for good in goods.values())
    free, less = (document(HAIER, plan).offers["pack"].bundle for plan in ("extras_free", "pay_less"))
    assert free is not None
    assert less is not None
    assert free.price == goods["notebook"].price == 14000
    assert apart - free.price == 4400
    assert less.price == 10900


def test_either_reading_sells_more_notebooks_and_the_cheaper_one_most() -> None:
    assert raises(HAIER, "extras_free", "plain", "sold_notebook")
    assert raises(HAIER, "pay_less", "extras_free", "sold_notebook")


def test_extras_worth_nothing_sell_nothing() -> None:
    """The mutation: with card and plan worthless to everybody, 14,000 with them is 14,000 without."""
    plain, free = (run(HAIER, plan, 0) for plan in ("plain_worthless", "free_worthless"))
    assert plain.daily["sold_notebook"].tolist() == free.daily["sold_notebook"].tolist()
    assert free.daily.get("bundles_sold", plain.daily["sold_notebook"] * 0).sum() == 0


def test_who_pays_less_gives_more_away_to_those_who_would_have_bought() -> None:
    """Each bundle at 10,900 costs 7,500 of list prices, at 14,000 4,400; exactly, in the books."""
    for plan, saved in (("extras_free", 4400), ("pay_less", 7500)):
        for number in range(REPLICATIONS):
            result = run(HAIER, plan, number)
            discounts = result.ledger[result.ledger["account"] == "discounts"]["amount"].sum()
            assert discounts == -100 * saved * result.daily["bundles_sold"].sum()
            assert value(HAIER, plan, "bundles_sold", "campaign", number) > 0
    assert effect(HAIER, "pay_less", "extras_free", "campaign_cost").low > 0.0
