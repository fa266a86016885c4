"""Plans that can be but are hardly meant are warned of, once, at the line that makes a reader wonder."""

from typing import Any

import pytest

from sim.scenario.cautions import cautions
from sim.scenario.finding import Finding
from sim.scenario.stages import stages
from tests.scenario_texts import SMALL_BANK, line_of, load_text
from tests.small_documents import COUNTER, ERRAND, small_document

NEED = {"task": "errand", "rate": "1 per week", "price": 3}
RUN = "2009-09-07 to 2009-10-04"
WEEK = "2009-09-14 to 2009-09-20"
CHANNELS = {"paper": {"cost_per_day": 100}, "mail": {"cost_per_contact": 1, "addressed": True}, "window": {}}


def market(**sections: Any) -> dict[str, Any]:
    return {"customers": 100, "segments": {"all": {"share": 1}}, "needs": {"errand": NEED}, **sections}


def campaign(*channels: str, **sections: Any) -> dict[str, Any]:
    uses = {channel: {"reach": 1, "frequency": 1} for channel in channels}
    return {"waves": {"only": {"during": WEEK, "channels": uses}}, **sections}


def gifts(**sections: Any) -> dict[str, Any]:
    standing = {
        "stock": 50,
        "cost": "50%",
        "pick_up": "counter",
        "takes": {"constant": "1 min"},
        "comes_within": "1 day",
    }
    return {**standing, **sections}


def visit(**count: Any) -> dict[str, Any]:
    return {"during": WEEK, "gifts": "pens", "task_count": {"task": "errand", "face": 10, **count}}


def said(**sections: Any) -> list[Finding]:
    """What is said of the smallest document with these sections; its market has one need."""
    return cautions(stages(small_document(**{"market": market(), **sections})))


def only(**sections: Any) -> tuple[str, str]:
    """Path and words of the one thing said."""
    (finding,) = said(**sections)
    return ".".join(finding.path), finding.found


BUDGET = {"amount": 100_000, "borne_by": "the branch"}
GIVING: dict[str, Any] = {
    "channels": CHANNELS,
    "campaigns": {"autumn": campaign("paper", announces=["visit"])},
    "offers": {"visit": visit()},
    "gifts": {"pens": gifts()},
    "budget": BUDGET,
}
"""A plan that gives gifts and leaves nothing to ask about."""


def test_a_plan_without_a_slip_is_not_warned_of() -> None:
    assert said() == []
    assert said(**GIVING) == []


def test_a_campaign_or_gifts_without_a_budget() -> None:
    plan = {key: value for key, value in GIVING.items() if key != "budget"}
    assert only(**plan) == ("campaigns", "campaigns and gifts spend money without a budget")
    posters = {"channels": CHANNELS, "campaigns": {"autumn": campaign("paper")}}
    assert only(**posters) == ("campaigns", "campaigns spend money without a budget")


def test_a_budget_below_what_the_file_itself_adds_up_to() -> None:
    """20 for preparation, 7 days at 100, and 50 gifts of 10 at half their face value: 970."""
    autumn = campaign("paper", announces=["visit"], fixed_cost=20)
    enough = {**GIVING, "campaigns": {"autumn": autumn}, "budget": {**BUDGET, "amount": 970}}
    assert said(**enough) == []
    (finding,) = said(**{**enough, "budget": {**BUDGET, "amount": 969}})
    assert ".".join(finding.path) == "budget.amount"
    assert finding.found == "969 is set aside; it may take 970"
    assert finding.allowed == (
        "preparation 20, media by the day 700, gifts at most 250; the rest is borne by the branch"
    )


def test_pacing_bounds_what_gifts_may_cost() -> None:
    """3 a day over the 7 days of the offer are 21 gifts of 5: 105, with 700 for media."""
    paced = {**GIVING, "gifts": {"pens": gifts(per_day={"limit": 3})}}
    assert said(**{**paced, "budget": {**BUDGET, "amount": 805}}) == []
    assert "it may take 805" in only(**{**paced, "budget": {**BUDGET, "amount": 804}})[1]


def test_a_campaign_that_costs_nothing_or_reaches_nobody() -> None:
    free = {"channels": CHANNELS, "budget": BUDGET}
    assert only(**free, campaigns={"autumn": campaign("window")}) == (
        "campaigns.autumn",
        "a campaign that costs nothing",
    )
    assert only(**free, campaigns={"autumn": campaign(fixed_cost=5)}) == ("campaigns.autumn", "no wave uses a channel")


@pytest.mark.parametrize(
    ("sections", "path", "found"),
    [
        ({"campaigns": {"autumn": campaign("paper")}}, "offers.visit", "no campaign announces it"),
        ({"offers": {"visit": visit(at="desk")}}, "offers.visit.task_count.at", "errand is never done at desk"),
        ({"offers": {"visit": visit(needs=8)}}, "offers.visit.task_count.needs", "8 times in 7 days"),
        ({"offers": {"visit": visit(task="loan")}}, "offers.visit.task_count.task", "nobody ever needs loan"),
        ({"offers": {"visit": {**visit(), "audience": {"segments": []}}}}, "offers.visit.audience", "nobody belongs"),
        ({"offers": {"visit": {**visit(), "during": "2009-09-08"}}}, "offers.visit", "only after its last day"),
        ({"gifts": {"pens": gifts(per_day={"limit": 51})}}, "gifts.pens.per_day.limit", "51 gifts a day of"),
        ({"gifts": {"pens": gifts(), "cups": gifts()}}, "gifts.cups", "no offer pays with these gifts"),
    ],
)  # fmt: skip
def test_gifts_nobody_can_reach(sections: dict[str, Any], path: str, found: str) -> None:
    service = {"stations": {"counter": COUNTER, "desk": COUNTER}, "tasks": {"errand": ERRAND, "loan": ERRAND}}
    at, words = only(**{**GIVING, "service": service, **sections})
    assert at == path
    assert found in words


def test_a_discount_on_what_costs_nothing() -> None:
    free = market(needs={"errand": {**NEED, "price": 0}})
    cheap = {"during": WEEK, "discount": {"needs": ["errand"], "off": "20%"}}
    told = {"autumn": campaign("paper", announces=["cheap"])}
    plan = {"channels": CHANNELS, "campaigns": told, "offers": {"cheap": cheap}, "budget": BUDGET}
    assert said(**plan) == []
    path, found = only(market=free, **plan)
    assert (path, found) == ("offers.cheap.discount.needs.0", "a discount on errand, whose price is 0")


@pytest.mark.parametrize(
    ("place", "section"),
    [
        ("service.standards.prompt.station",
         {"standards": {"prompt": {"station": "desk", "at_most": "5 min", "share": 1}}}),
        ("service.complaints.station", {"complaints": {"station": "desk", "takes": {"constant": "5 min"}}}),
    ],
)  # fmt: skip
def test_what_watches_or_works_where_nobody_is(place: str, section: dict[str, Any]) -> None:
    stations = {"counter": COUNTER, "desk": {**COUNTER, "staff": 0}}
    service = {"stations": stations, "tasks": {"errand": ERRAND}, **section}
    assert only(service=service) == (place, "desk never has staff in the whole run")
    opening = {"from": "2009-09-10", "set": {"service.stations.desk.staff": 1}}
    assert said(service=service, changes={"opening": opening}) == []


def test_voices_that_promise_different_waits() -> None:
    standards = {"prompt": {"station": "counter", "at_most": "10 min", "share": "90%", "published": True}}
    service = {"stations": {"counter": COUNTER}, "tasks": {"errand": ERRAND}, "standards": standards}
    plan = {"service": service, "channels": CHANNELS, "budget": BUDGET}
    campaigns = {"one": campaign("paper", promised_wait="10 min"), "two": campaign("paper", promised_wait="6 min")}
    path, found = only(**plan, campaigns=campaigns)
    assert path == "campaigns.two.promised_wait"
    assert found == "the campaign two promises 6 min, the published standard prompt 10 min"
    standards["prompt"]["published"] = False
    assert "the campaign two promises 6 min, the campaign one 10 min" in only(**plan, campaigns=campaigns)[1]
    campaigns.pop("one")
    assert said(**plan, campaigns=campaigns) == []


def test_rates_that_one_visit_a_day_cannot_hold_name_where_they_do_not_fit() -> None:
    daily = {**NEED, "rate": "1 per day"}
    assert said(market=market(needs={"errand": daily})) == []
    many = market(
        needs={"errand": daily}, segments={"few": {"share": 0.5}, "many": {"share": 0.5, "needs": {"errand": 2}}}
    )
    path, found = only(market=many)
    assert path == "market.needs"
    assert "2 needs a person" in found
    assert "in segment many" in found
    monday = market(needs={"errand": {**daily, "rate": "0.5 per day", "weekdays": {"monday": 4}}})
    assert "1.4 needs a person on a Monday" in only(market=monday)[1]  # 7 × 0.5 × 4 of 10
    spending = {"rate": "2 per day", "amount": {"constant": 5}, "margin": "1%"}
    assert only(market=market(spending=spending)) == ("market.spending.rate", "2 receipts a customer and day")


def test_diffusion_too_fast_for_daily_steps() -> None:
    slow = {"form": "bass", "innovation": 0.03, "imitation": 0.38, "period": "10 days"}
    assert said(behaviour={"acquisition": slow}) == []
    path, found = only(behaviour={"acquisition": {**slow, "period": "1 day"}})
    assert path == "behaviour.acquisition"
    assert "0.41 a day" in found


def test_a_file_says_each_warning_once_with_its_line_and_names_plans_without_a_title() -> None:
    text = SMALL_BANK + (
        "plans:\n"
        "  none: {title: as it is}\n"
        "  advert:\n"
        "    add:\n"
        "      campaigns: {autumn: {waves: {one: {during: campaign, channels: {paper: {reach: 1, frequency: 1}}}}}}\n"
        "  advert-and-staff: {extends: advert, set: {service.stations.counter.staff: 3}}\n"
    )
    line = line_of(text, "      campaigns:")
    budget, titles = sorted(load_text(text).warnings, key=lambda warning: "no title" in warning)
    assert budget.startswith(f"bank.yaml:{line}: campaigns: campaigns spend money without a budget")
    assert f"bank.yaml:{line_of(text, 'plans:')}: plans: no title for advert, advert-and-staff" in titles
