"""Every gallery file is what a stranger may take as an example: it loads, runs, and says where numbers come from.

Input is each packaged file as it is; nothing here knows what a file is about.
"""

from __future__ import annotations

from functools import cache

import pytest

from sim.market import Market
from sim.scenario.gallery import gallery
from sim.scenario.load import Scenario, document_from_canonical, load_scenario, read_scenario
from sim.scenario.sourced import UNTAGGED

FILES = sorted(gallery())
WELL_SOURCED = 0.6
FIRST_COMERS = 90
"""Days within which somebody comes to a place that has newly opened where nobody knew the firm."""

# What a file is warned of because its case is about it; nothing else may be.
MEANT = {
    "account-cadence": ("contacts will be missed even if nobody else comes",),
    "bank-autumn": ("mixed messages", "the rest is borne by"),
    "telecom-4plus1": ("contacts will be missed even if nobody else comes",),
    "regional-managers": ("contacts will be missed even if nobody else comes",),
    "credit-upgrade": ("2 + 3 + 7 = 12 days",),
    "fortune-tower": ("some who were promised a seat will find none", "a mixed message"),
    "gap-model": ("mixed messages",),
    "psbc-wealth": ("within the tolerance; the total stated counts",),
    "portal-membership": ("contacts will be missed even if nobody else comes",),  # the sellers are what is short
    "property-desk": ("is unmanned", "of the staff's time in the window", "everybody is there"),
    "appliance-recovery": ("of the staff's time in the window", "everybody is there"),
    "time-of-use": ("nobody knows of it at first",),  # the plan that tells nobody
    "vip-tiers": ("the whole too late",),  # the plans with slower files
    "unicom-members": ("looks back on 120 days", "looks back on 60 days"),  # and begins after them
    "telecom-waves": ("it is not launched",),  # a plan whose forecast is a loss
    "walmart-opening": ("the rest is borne by",),
    "ward-nursing": ("add up to 11",),  # the source's nurses by education
}


@cache
def loaded(name: str) -> Scenario:
    """A packaged scenario, read once for all that is asked of it."""
    return load_scenario(name)


def _share_sourced(scenario: Scenario) -> float:
    counted = sum(scenario.sources.values())
    return 1.0 - scenario.sources.get(UNTAGGED, 0) / counted


def _results_among_inputs(scenario: Scenario) -> int:
    """Numbers marked as observed or hoped for that stand where a run reads them; it reports targets and reads none."""
    targets = scenario.document(scenario.baseline).targets.values()
    only_reported = sum(1 + len(each.revisions) for each in targets)
    hoped_for = max(scenario.sources.get("target", 0) - only_reported, 0)
    return scenario.sources.get("observed", 0) + hoped_for


def test_the_gallery_holds_the_first_cases() -> None:
    assert {"bank-autumn", "ford-dealership", "gap-model", "oversold-branch"} <= set(FILES)
    assert {"appliance-recovery", "crm-dealer"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_warned_of_nothing_it_does_not_mean(name: str) -> None:
    unmeant = [
        warning for warning in loaded(name).warnings if not any(meant in warning for meant in MEANT.get(name, ()))
    ]
    assert unmeant == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_is_and_why(name: str) -> None:
    scenario = loaded(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.title != name
    assert len(str(scenario.about)) > 100
    assert all(plan.title for plan in scenario.plans.values())


@pytest.mark.parametrize("name", FILES)
def test_most_numbers_say_where_they_come_from(name: str) -> None:
    assert _share_sourced(loaded(name)) >= WELL_SOURCED


@pytest.mark.parametrize("name", FILES)
def test_no_result_is_an_input(name: str) -> None:
    """What was observed to happen, or is hoped for, is what a case is held against: no run may read it."""
    assert _results_among_inputs(loaded(name)) == 0


def test_a_result_among_the_inputs_would_be_seen() -> None:
    """The mutation: one assumed number declared a target."""
    text = gallery()["oversold-branch"].read_text(encoding="utf-8")
    targeted = text.replace("source: assumed", "source: target", 1)
    assert _results_among_inputs(read_scenario(targeted.encode(), "targeted.yaml")) == 1


@pytest.mark.parametrize("name", FILES)
def test_every_plan_differs_from_the_baseline(name: str) -> None:
    scenario = loaded(name)
    assert len(scenario.plans) >= 2
    for plan in scenario.plans.values():
        assert bool(plan.differences) == (plan.name != scenario.baseline), plan.name
    written = {plan: scenario.canonical(plan) for plan in scenario.plans}
    assert len(set(written.values())) == len(scenario.plans), "no two are the same"
    for plan, text in written.items():
        assert scenario.document(plan).market.customers == document_from_canonical(text).market.customers


@pytest.mark.parametrize("name", FILES)
def test_every_plan_runs(name: str) -> None:
    scenario = loaded(name)
    for plan in scenario.plans:
        market = Market(scenario.document(plan))
        for _ in range(3):
            market.step()
        while not market.recorder.rows[-1]["visits"] and market.document.market.regions and market.day < FIRST_COMERS:
            market.step()
        result = market.recorder.result()
        assert len(result.daily) == market.day
        under_way = len(market.facility_state.visits)  # a task may take weeks
        on_the_way = 0 if result.funnels is None else result.funnels["made"].sum()
        contacts = result.daily["contacts_made"].sum() if "contacts_made" in result.daily else 0
        bought = 0.0 if market.document.market.needs else result.daily["revenue"].sum()  # a market without visits
        won = result.daily["acquired"].sum()
        # Somebody is served, joins, moves on through a funnel, is called by the staff, or buys without a visit.
        assert result.daily["served"].sum() + under_way + on_the_way + contacts + bought + won > 0, plan
