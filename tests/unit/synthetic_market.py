"""A market of a few numbers, for tests of everything that stands above a run.

Its document is JSON: for each measure the mean, the effect of the plan and of the drawn assumption; luck is common to
all plans of a replication, and small independent noise is not.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparing.comparison import Comparison
from experiments.comparing.ensemble import Ensemble
from experiments.comparing.parts import Parts
from experiments.comparing.summary import summarise
from experiments.design import Experiment, Run
from experiments.engines.runner import Serial
from sim.measures import CATALOGUE, Measure
from sim.results import RunResult
from sim.scenario.load import read_scenario

PERIODS = ("before", "campaign", "aftermath", "whole")
MEANS = {
    "satisfaction": 71.2,
    "wait_p90": 11.4,
    "complaints": 420.0,
    "churn_rate": 0.12,
    "standard_counter_wait": 0.88,
    "campaign_cost": 50_000.0,
    "profit": 1_900_000.0,
    "profit_with_carried_value": 9_000_000.0,
}
LUCK = {
    "satisfaction": 2.0,
    "wait_p90": 1.0,
    "complaints": 30.0,
    "churn_rate": 0.004,
    "standard_counter_wait": 0.02,
    "campaign_cost": 0.0,
    "profit": 100_000.0,
    "profit_with_carried_value": 200_000.0,
}
SCENARIO = """
scenario: branch-autumn
title: {en: Autumn campaign of a branch, zh: 网点金秋营销}
currency: CNY
calendar: {run: 1 Sep 2009 to 30 Sep 2009, campaign: 11 Sep to 20 Sep}
market:
  customers: 20000
  segments:
    mass: {share: 100%}
  needs:
    errand: {task: errand, rate: {value: 2 per month, source: observed}}
service:
  tasks:
    errand: {at: counter, takes: {exponential: {mean: 5 min}}}
  stations:
    counter: {staff: {value: 3, source: assumed, range: [2, 6], note: seen on one visit}, open: "09:00-17:00"}
  quality:
    right_first_time: {value: 95%, source: assumed, range: [90%, 99%]}
  standards:
    counter_wait: {station: counter, at_most: 10 min, share: 90%}
plans:
  none: {title: {en: none, zh: 无活动}}
  gifts:
    title: {en: gifts, zh: 送礼}
    set: {service.stations.counter.open: "08:00-17:00"}
  desk:
    title: {en: gifts and desk, zh: 送礼加服务台}
    set: {service.stations.counter.open: "08:00-18:00"}
"""
PARTS = {"young": 300.0, "old": 200.0, "nobody": 0.0}
"""Segments of the synthetic market, and the customers of each; it has no tiers and one site."""
STAFF, RIGHT_FIRST_TIME = "service.stations.counter.staff", "service.quality.right_first_time"


def experiment(effects: Mapping[str, Mapping[str, float]], *, seed: int = 5, uncertain: bool = False) -> Experiment:
    """Plans with additive effects on the measures; an effect `slope` acts times the drawn staff minus a half."""
    plans = {"none": {}} | dict(effects)

    def resolve(plan: str, draws: Mapping[str, float] | None) -> str:
        return json.dumps({"effects": plans[plan], "draw": (draws or {}).get(STAFF, 0.5)})

    return Experiment(tuple(plans), "none", seed, resolve, (STAFF, RIGHT_FIRST_TIME), uncertain)


def comparison(
    effects: Mapping[str, Mapping[str, float]],
    *,
    replications: int = 24,
    uncertain: bool = False,
    primary: str = "profit",
    period: str = "campaign",
    by: str | None = None,
) -> Comparison:
    """A comparison of the scenario's plans none, gifts and desk with the effects given."""
    design = experiment(effects, uncertain=uncertain)
    ensemble = Ensemble(design, None if by is None else Parts(by, design.plans, design.worlds, period))
    for replication in Serial(SyntheticMarket()).evaluate(design.trials(range(replications))):
        ensemble.add(replication)
    scenario = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
    return summarise(scenario, design, ensemble, primary, period)


@dataclass(frozen=True)
class SyntheticMarket:
    """A simulator whose results are known; may be told to fail, or to kill its process in one replication.

    ``dies_once``: a file that remembers the death, so that it happens only once.
    """

    fails_in: int = -1
    dies_in: int = -1
    dies_once: str = ""

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        if run.replication == self.fails_in:
            raise ValueError("the till is empty")
        if run.replication == self.dies_in and not (self.dies_once and Path(self.dies_once).exists()):
            if self.dies_once:
                Path(self.dies_once).touch()
            os._exit(1)
        common = np.random.default_rng([run.seed, run.replication])
        luck = {measure: common.normal() for measure in MEANS}
        own = np.random.default_rng([run.seed, run.replication, len(json.dumps(document["effects"]))])
        measured = {}
        for measure, mean in MEANS.items():
            effect = document["effects"].get(measure, 0.0)
            effect += document["effects"].get(f"{measure}_slope", 0.0) * (document["draw"] - 0.5)
            measured[measure] = mean + effect + LUCK[measure] * (luck[measure] + 0.2 * own.normal())
        return _result(measured, common, _breakdown(document, common.normal(size=len(PARTS)), own))

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return [CATALOGUE[name] for name in reported if name in CATALOGUE]

    def rules(self, document: str) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
        return {"gift": lambda activity: activity["visits"].to_numpy() >= 2}


@dataclass(frozen=True)
class FormulaMarket:
    """A simulator whose measures are a formula of the resolved document, plus luck that all plans share.

    ``formula(document)`` gives the measures; ``luck`` is the standard deviation of what is added to each of them.
    Documents are those of `SCENARIO`, or of any other scenario.
    """

    formula: Callable[[Mapping[str, Any]], Mapping[str, float]]
    luck: float = 0.0
    fails_when: Callable[[Mapping[str, Any]], bool] | None = None

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        if self.fails_when is not None and self.fails_when(document):
            raise ValueError("the till is empty")
        common = np.random.default_rng([run.seed, run.replication])
        measured = {name: value + self.luck * common.normal() for name, value in self.formula(document).items()}
        return _result(measured, common)

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return [CATALOGUE[name] for name in reported if name in CATALOGUE]

    def rules(self, document: str) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
        return {}


def _result(
    measured: Mapping[str, float], common: np.random.Generator, breakdown: pd.DataFrame | None = None
) -> RunResult:
    """The tables of a run with these measures, the same in every period."""
    days = np.arange(30)
    period = np.where(days < 10, "before", np.where(days < 20, "campaign", "aftermath"))
    daily = pd.DataFrame({"day": days, "date": [f"2009-09-{day + 1:02d}" for day in days], "period": period})
    columns = {"churn_rate": "churned_year", "standard_counter_wait": "kept_counter_wait"}
    for measure in (name for name in LUCK if name in measured):
        course = measured[measure] + 0.1 * LUCK[measure] * common.normal(size=30)
        daily[columns.get(measure, measure)] = course
    daily = daily.assign(customers=1.0, counted_counter_wait=1.0)
    rows = [(name, measure, value) for name in PERIODS for measure, value in measured.items()]
    return RunResult(
        manifest={"synthetic": True},
        daily=daily,
        periods=pd.DataFrame(rows, columns=["period", "measure", "value"]),
        ledger=pd.DataFrame({"day": [0], "account": ["gifts"], "amount": np.array([-100], dtype=np.int64)}),
        offers=pd.DataFrame({"offer": ["gift"], "handed": [2], "paid": np.array([400], dtype=np.int64)}),
        activity=pd.DataFrame({"customer": [1, 2, 3], "visits": [3, 0, 1], "redeemed_gift": [1, 1, 0]}),
        causes=pd.DataFrame({"cause": ["price"], "left": [4]}),
        sites=pd.DataFrame({"site": ["centre"], "visits": [70]}),
        breakdown=pd.DataFrame({"by": np.zeros(0, str)}) if breakdown is None else breakdown,
    )


def _breakdown(document: dict[str, Any], common: np.ndarray, own: np.random.Generator) -> pd.DataFrame:
    """A row a part and period; an effect ``revenue_of_young`` moves the revenue, and so the contribution, of one part.

    Media of 5,000 belong to nobody. Luck is common to all plans but for a tenth; the customers of "nobody" are none.
    """
    effects, rows = document["effects"], []
    for period in PERIODS:
        for (part, customers), luck in zip(PARTS.items(), common, strict=True):
            there = customers > 0.0
            revenue = effects.get(f"revenue_of_{part}", 0.0) + 100.0 * customers
            revenue += effects.get(f"revenue_of_{part}_slope", 0.0) * (document["draw"] - 0.5)
            revenue += there * 1000.0 * (luck + 0.1 * own.normal())
            waits = customers * (4.0 + effects.get(f"wait_of_{part}", 0.0) + 0.2 * luck + 0.02 * own.normal())
            rows.append({
                "by": "segment", "part": part, "period": period, "customers": 10.0 * customers,
                "customers_at_end": customers, "satisfaction": 70.0 + luck if there else np.nan, "ended": customers,
                "lost": 0.1 * customers, "joined": customers, "wait_sum": waits, "score_sum": 70.0 * customers,
                "complaints": 0.0, "churned": 0.0, "churned_year": 0.0, "revenue": revenue, "campaign_cost": 0.0,
                "contribution": 0.5 * revenue, "contribution_with_carried_value": 2.0 * revenue,
            })  # fmt: skip
        nobody = dict.fromkeys(rows[-1], 0.0) | {"by": "segment", "part": "", "period": period, "satisfaction": np.nan}
        media = effects.get("media", 0.0) + 5000.0
        rows.append(
            nobody | {"campaign_cost": media, "contribution": -media, "contribution_with_carried_value": -media}
        )
    return pd.DataFrame(rows)
