"""Markets whose customers are drawn from the formulas themselves, for tests of fits with a known answer.

`DrawnCohort` lets a cohort leave by the chances of its document, `DrawnBuyers` lets customers buy and silently leave as
in BG/NBD, in continuous time. Luck is common to all candidates of a replication. Nothing here calls the market.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from experiments.design import Run
from sim.measures import CATALOGUE, Measure
from sim.results import RunResult

NOTHING = pd.DataFrame({"nothing": np.zeros(0)})
FIRST_PURCHASES = (157, 164, 182, 193, 216, 220, 202, 204, 219, 217, 204, 179)
MOST_PURCHASES = 120


def number(written: Any) -> float:
    return float(str(written).split()[0])


class Drawn:
    """What every drawn market says of its measures."""

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return [CATALOGUE[name] for name in reported if name in CATALOGUE]

    def rules(self, document: str) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
        return {}


def result(customers: int, daily: dict[str, np.ndarray], activity: pd.DataFrame = NOTHING) -> RunResult:
    days = pd.DataFrame({"day": np.arange(len(next(iter(daily.values())))), "date": "", "period": "whole", **daily})
    periods = pd.DataFrame([("whole", "satisfaction", 0.0)], columns=["period", "measure", "value"])
    return RunResult(
        {"customers": customers}, days, periods, NOTHING, NOTHING, activity, NOTHING, NOTHING,
        pd.DataFrame({"by": np.zeros(0, str)}),
    )  # fmt: skip


@dataclass(frozen=True)
class DrawnCohort(Drawn):
    """A simulator of `subscribers`: everyone leaves once, when the own survival falls below the own uniform."""

    days: int = 120

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        people, leaving = document["market"]["customers"], document["behaviour"]["leaving"]
        kind, exits = np.random.default_rng([run.seed, run.replication]).random((2, people))
        period = number(leaving["period"])
        if leaving["form"] == "beta-geometric":
            chance = special.betaincinv(number(leaving["alpha"]), number(leaving["beta"]), kind)
            with np.errstate(divide="ignore"):  # who never leaves stays for ever
                stays = np.sort(period * np.log(exits) / np.log1p(-chance))  # until survival is as low as the uniform
            kept = people - np.searchsorted(stays, np.arange(1, self.days + 1), side="right")
        else:
            cost = -np.log1p(-kind)  # exponential of mean 1: the gamma of mean and sd 1
            years = np.arange(self.days) / 365.25
            score = number(leaving["intercept"]) + number(leaving["tenure"]) * years[:, np.newaxis]
            stay = special.log_expit(-score - number(leaving["switching_cost"]) * cost)
            kept = (np.cumsum(stay, axis=0) > period * np.log(exits)).sum(axis=1)
        return result(people, {"cohort_kept": kept.astype(float), "cohort": np.full(self.days, float(people))})


@lru_cache(maxsize=4)
def _luck_of_buyers(seed: int, replication: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each person three uniforms, when in the week the first purchase falls, and waits on a scale of rate 1."""
    luck, people = np.random.default_rng([seed, replication]), sum(FIRST_PURCHASES)
    kinds, begins = luck.random((3, people)), luck.random(people)
    return kinds, begins, np.cumsum(luck.exponential(size=(people, MOST_PURCHASES)), axis=1)


@dataclass(frozen=True)
class DrawnBuyers(Drawn):
    """A simulator of `repeat-buyers`: first purchases spread over their weeks, then BG/NBD in continuous time."""

    days: int = 546
    window: int = 273

    def run(self, run: Run) -> RunResult:
        document = json.loads(run.document)
        rate = number(document["market"]["needs"]["disc"]["rate"])
        shape = number(document["market"]["traits"]["activity"]["gamma"]["sd"]) ** -2
        leaving = document["behaviour"]["leaving"]
        people = sum(FIRST_PURCHASES)
        kinds, begins, waits = _luck_of_buyers(run.seed, run.replication)
        daily_rate = rate * special.gammaincinv(shape, kinds[0]) / shape
        last = special.betaincinv(number(leaving["alpha"]), number(leaving["beta"]), kinds[1])
        purchases = np.ceil(np.log(kinds[2]) / np.log1p(-np.clip(last, 1e-12, 1 - 1e-12)))
        start = 7.0 * (np.repeat(np.arange(12), FIRST_PURCHASES) + begins)
        with np.errstate(divide="ignore", over="ignore"):
            times = start[:, np.newaxis] + waits / daily_rate[:, np.newaxis]
        bought = (times < self.days) & (np.arange(MOST_PURCHASES) < purchases[:, np.newaxis])
        served = np.bincount(times[bought].astype(np.int64), minlength=self.days).astype(float)
        visits = (bought & (times < self.window)).sum(axis=1)
        came = np.flatnonzero(visits)
        activity = pd.DataFrame({"customer": came, "visits_order": visits[came]})
        return result(people, {"served": served}, activity)


def chances_of_purchases(t: np.ndarray, r: float, alpha: float, a: float, b: float, top: int) -> np.ndarray:
    """P(X(t) = x) for x from 0, and of `top` or more, (top + 1, t): equation (8) of Fader, Hardie & Lee (2005)."""
    idle, odds = (alpha / (alpha + t)) ** r, t / (alpha + t)
    found, fewer = [], np.zeros_like(t)
    for x in range(top):
        ways = np.exp(special.gammaln(r + x) - special.gammaln(r) - special.gammaln(x + 1)) * odds**x
        chance = np.exp(special.betaln(a, b + x) - special.betaln(a, b)) * ways * idle
        if x > 0:
            gone = np.exp(special.betaln(a + 1, b + x - 1) - special.betaln(a, b))
            chance = chance + gone * (1 - idle * fewer)
        fewer = fewer + ways
        found.append(chance)
    return np.array([*found, 1 - np.sum(found, axis=0)])


def interval(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """The 90 % interval of a weighted sample, by its distribution function."""
    order = np.argsort(values)
    heights = np.cumsum(weights[order]) / weights.sum()
    return float(np.interp(0.05, heights, values[order])), float(np.interp(0.95, heights, values[order]))
