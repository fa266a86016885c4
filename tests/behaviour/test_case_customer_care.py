"""Care for three grades: gifts within their caps, each on its occasion, and what it takes to keep the plan."""

from __future__ import annotations

from functools import cache

import pytest

from sim.errors import ScenarioError
from sim.market import Market
from tests.behaviour.casebook import case, document, raises, run, scenario

pytestmark = pytest.mark.slow

PLANS = """
  silent_forms:
    extends: care_by_form
    set: {outreach.festival_gift.feedback.response.rate: 0%}
"""
CARE = case("customer-care", PLANS, run="1 Jan 2010 to 15 Mar 2010").replace(
    "mid_autumn: {holiday: mid-autumn, days_before: {value: 10, source: assumed}}",
    "mid_autumn: {holiday: new-year}",  # so that a short run holds an occasion of every kind
).replace("customers: {value: 1500", "customers: {value: 900")  # fmt: skip
CAPS = {"a": 50_000, "ordinary": 10_000}
"""In fen."""


@cache
def lived(plan: str) -> Market:
    """A market after its last day."""
    market = Market(document(CARE, plan))
    market.run()
    return market


def test_no_gift_in_the_books_is_above_its_cap() -> None:
    """Every posting of gifts is so many of one price: the amounts of a day and tier over the contacts that day."""
    market = lived("care")
    ledger = market.ledger.table()
    gifts = ledger[ledger["account"] == "gifts"]
    assert set(gifts["tier"]) == {"a", "b", "ordinary"}
    for (day, programme, tier), amount in gifts.groupby(["day", "campaign", "tier"])["amount"].sum().items():
        made = market.recorder.rows[day][f"made_{programme}"]
        assert made > 0
        assert -amount % made == 0
        assert -amount / made <= CAPS.get(tier, float("inf"))


@pytest.mark.parametrize(
    ("given", "above", "said"),
    [
        (
            "gift: {value: 500, source: rule}",
            "gift: {value: 501, source: rule}",
            "a gift of 501, and a may be given 500",
        ),
        ("gift: {value: 60, range: [30, 100]", "gift: {value: 101, range: [30, 101]", "ordinary may be given 100"),
    ],
)
def test_a_gift_above_its_cap_is_refused_at_its_line(given: str, above: str, said: str) -> None:
    """The mutation: one yuan more."""
    wrong = CARE.replace(given, above)
    assert wrong != CARE
    with pytest.raises(ScenarioError, match=said):
        scenario(wrong)


def test_each_gift_comes_on_its_occasion() -> None:
    """Spring Festival on 14 February 2010 is day 44, Lantern a fortnight later; New Year is day 0."""
    daily = run(CARE, "care").daily
    for programme, days in (("festival_gift", [0, 44, 58]), ("key_gift", [0, 44]), ("card_gift", [0])):
        column = daily[f"due_{programme}"]
        assert column[column > 0].index.tolist() == days, programme
    assert (daily["due_birthday"] > 0).sum() > 30


def test_people_need_more_before_the_spring_festival() -> None:
    daily = run(CARE, "none").daily
    before, after = daily["needs"][30:44].mean(), daily["needs"][60:].mean()
    assert before > 1.5 * after


def test_care_is_felt_and_more_people_keep_more_of_it() -> None:
    assert raises(CARE, "care", "none", "satisfaction", "campaign")
    assert raises(CARE, "care_with_more_people", "care", "contacts_made", "campaign")


def test_the_form_with_each_gift_changes_the_next_plan() -> None:
    """Before Spring Festival and Lantern grade B get more of what the forms of the festivals before liked best."""
    assert raises(CARE, "care_by_form", "care", "liking_festival_gift", "campaign")
    forms = run(CARE, "care_by_form").forms
    assert forms is not None
    shares = forms.pivot(index="day", columns="way", values="share")
    assert shares.index.tolist() == [44, 58]
    assert (shares["voucher"] > shares["tableware"]).all()
    assert shares["voucher"].is_monotonic_increasing
    assert forms["returned"].max() < forms["sent"].max()


def test_forms_that_nobody_sends_back_change_nothing() -> None:
    """The mutation: the same plan, and the same money to the cent as without a form."""
    silent, without = run(CARE, "silent_forms"), run(CARE, "care")
    assert silent.daily["profit"].tolist() == without.daily["profit"].tolist()
    assert silent.value("liking_festival_gift") == without.value("liking_festival_gift")


def test_a_gift_of_any_kind_is_within_the_cap_of_its_tier() -> None:
    wrong = CARE.replace("tiers: [b], customers: customers", "tiers: [ordinary], customers: customers")
    assert wrong != CARE
    with pytest.raises(ScenarioError, match="a gift of 150, and ordinary may be given 100"):
        scenario(wrong)
