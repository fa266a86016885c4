"""The headline study's arithmetic, on a market so simple that its returns, signs and shares are known by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from experiments import oversold
from experiments.campaign_returns import (
    WINDOW,
    Context,
    campaign_returns,
    difference,
    drawn_worlds,
    flips,
    interval,
    of_context,
    share_of,
    stated_world,
)
from experiments.design import Run
from experiments.engines.runner import Serial
from experiments.paired import Rule
from sim.errors import RequestError
from sim.results import RunResult
from sim.scenario.canonical import document_from_canonical
from sim.scenario.load import Scenario, load_scenario, read_scenario

SCENARIO = """
scenario: two-branches
currency: EUR
seed: 3
calendar: {run: 1 Sep 2009 to 30 Sep 2009, campaign: 11 Sep to 20 Sep}
market:
  customers: 100
  segments:
    everyone: {share: 100%}
service:
  stations:
    counter: {staff: {value: 3, source: assumed, range: [2, 5]}, open: "09:00-17:00"}
  patience: {exponential: {mean: {value: 30 min, range: [15 min, 55 min], source: assumed}}}
plans:
  quiet: {}
  campaign: {set: {market.customers: 200}}
  quiet_free: {set: {service.capacity: unlimited}}
  campaign_free: {set: {service.capacity: unlimited, market.customers: 200}}
"""
QUEUES, FREE = "queues", "no queues"
CONTEXTS = {QUEUES: Context("quiet", "campaign"), FREE: Context("quiet_free", "campaign_free")}


class KnownMarket:
    """Luck moves every plan alike; a campaign earns 10 without queues, and patience less 35 minutes with them."""

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        profit = float(run.replication**2)
        if document["market"]["customers"] == 200:
            free = document["service"].get("capacity") == "unlimited"
            patience = document["service"].get("patience", {"exponential": {"mean": "95 min"}})
            profit += 10.0 if free else float(patience["exponential"]["mean"].split()[0]) - 35.0
        values = {"profit": 2.0 * profit, "profit_with_carried_value": profit}
        rows = [(period, *each) for period in ("campaign", "whole") for each in values.items()]
        day = pd.DataFrame({"day": [0], "date": ["2009-09-01"], "period": ["before"], "profit": [0.0]})
        ledger = pd.DataFrame({"day": [0], "account": ["needs"], "campaign": [""], "amount": [0]})
        nothing = pd.DataFrame({"offer": np.zeros(0, str), "paid": np.zeros(0, np.int64)})
        return RunResult(
            manifest={},
            daily=day,
            periods=pd.DataFrame(rows, columns=["period", "measure", "value"]),
            ledger=ledger,
            offers=nothing,
            activity=nothing,
            causes=nothing,
            sites=nothing,
            breakdown=nothing,
        )

    def rules(self, document: str) -> Mapping[str, Rule]:
        return {}


@pytest.fixture
def scenario() -> Scenario:
    return read_scenario(SCENARIO.encode(), "two-branches.yaml")


def test_the_return_is_the_paired_difference_of_the_campaign(scenario: Scenario) -> None:
    """Luck of 0, 1 and 4 falls out: 30 - 35 minutes with queues, 10 without, in every replication."""
    returns = campaign_returns(stated_world(scenario, CONTEXTS), CONTEXTS, Serial(KnownMarket()), range(3))
    assert of_context(returns, QUEUES).tolist() == [-5.0, -5.0, -5.0]
    assert of_context(returns, QUEUES, WINDOW).tolist() == [-10.0, -10.0, -10.0]
    assert interval(returns, FREE).mean == 10.0
    assert difference(returns, FREE, QUEUES).mean == 15.0
    assert flips(returns, FREE, QUEUES).share == 1.0
    assert flips(returns, QUEUES, FREE).share == 0.0


def test_half_the_worlds_flip_when_half_the_range_does(scenario: Scenario) -> None:
    """Patience lies evenly in 15-55 min, and a campaign loses below 35: with one world a stratum, exactly four of
    eight. The interval of 4 in 8 is 15.70 % to 84.30 % (Clopper & Pearson 1934)."""
    worlds = drawn_worlds(scenario, CONTEXTS, 8)
    returns = campaign_returns(worlds, CONTEXTS, Serial(KnownMarket()), range(8))
    turned = flips(returns, FREE, QUEUES)
    assert (turned.count, turned.of) == (4, 8)
    assert turned.low == pytest.approx(0.15701, abs=1e-5)
    assert turned.high == pytest.approx(0.84299, abs=1e-5)
    loses = of_context(returns, QUEUES)
    assert sorted(np.floor(loses / 5.0).tolist()) == [-4, -3, -2, -1, 0, 1, 2, 3]


def test_the_worlds_are_a_latin_hypercube_of_all_ranges_and_the_same_every_time(scenario: Scenario) -> None:
    worlds = drawn_worlds(scenario, CONTEXTS, 20)
    assert set(worlds.assumptions) == {"service.stations.counter.staff", "service.patience.exponential.mean"}
    for path in worlds.assumptions:
        strata = [int(20 * world[path]) for world in worlds.worlds_drawn]
        assert sorted(strata) == list(range(20)), path
    assert drawn_worlds(scenario, CONTEXTS, 20).worlds_drawn == worlds.worlds_drawn


def test_all_plans_of_a_world_share_its_numbers_and_its_luck(scenario: Scenario) -> None:
    runs = drawn_worlds(scenario, CONTEXTS, 5).runs(3)
    assert [run.plan for run in runs] == ["quiet", "campaign", "quiet_free", "campaign_free"]
    assert {run.replication for run in runs} == {3}
    patience = {json.dumps(json.loads(run.document)["service"]["patience"]) for run in runs}
    assert len(patience) == 1


def test_a_mechanism_is_switched_off_in_every_plan(scenario: Scenario) -> None:
    """Without patience to lose, the known market earns 95 - 35 with queues."""
    endless = stated_world(scenario, CONTEXTS, {"service.patience": None})
    returns = campaign_returns(endless, CONTEXTS, Serial(KnownMarket()), range(1))
    assert of_context(returns, QUEUES).tolist() == [60.0]
    again = json.loads(scenario.canonical("quiet", settings={"behaviour.promises": "none"}))
    assert again["behaviour"] == {"promises": "none"}


def test_a_scenario_without_ranges_has_no_worlds_to_draw() -> None:
    text = SCENARIO.replace(", range: [2, 5]", "").replace(", range: [15 min, 55 min]", "")
    certain = read_scenario(text.encode(), "certain.yaml")
    with pytest.raises(RequestError, match="nothing to draw"):
        drawn_worlds(certain, CONTEXTS, 4)


def test_shares_of_none_and_of_all_have_an_open_end() -> None:
    """Clopper & Pearson: none in n has the upper limit 1 - (α/2)^(1/n)."""
    assert (share_of(0, 10).low, share_of(10, 10).high) == (0.0, 1.0)
    assert share_of(0, 10).high == pytest.approx(1.0 - 0.025**0.1)


def test_the_study_says_what_it_found_in_words(monkeypatch: pytest.MonkeyPatch, scenario: Scenario) -> None:
    for name, contexts in (("STAFFING", (QUEUES,)), ("CONTEXTS", (QUEUES, FREE)), ("POLES", (FREE, QUEUES))):
        monkeypatch.setattr(oversold, name, {each: CONTEXTS[each] for each in contexts})
    monkeypatch.setattr(oversold, "USUAL", QUEUES)
    monkeypatch.setattr(oversold, "FREE", FREE)
    seen: list[str] = []

    def progress_of(part: str) -> oversold.Progress:
        seen.append(part)
        return lambda done, asked, left: None

    found = oversold.study(scenario, Serial(KnownMarket()), replications=2, draws=8, progress_of=progress_of)
    said = oversold.report(found)
    assert "its return changes sign in 4: 50% (95 % interval 16% to 84%)" in said
    assert "mean of 2 paired replications" in said
    assert all(name in said for name in oversold.MECHANISMS)
    assert len(seen) == 2 + len(oversold.MECHANISMS)


def test_every_mechanism_of_the_study_can_be_switched_off_in_its_scenario() -> None:
    """The paths are those of the gallery's file, and what they become is allowed."""
    gallery = load_scenario(oversold.SCENARIO)
    stated = document_from_canonical(gallery.canonical("campaign"))
    for name, changes in oversold.MECHANISMS.items():
        world = stated_world(gallery, oversold.POLES, changes)
        without = document_from_canonical(world.resolve("campaign", None))
        assert (without == stated) == (name == "nothing"), name
