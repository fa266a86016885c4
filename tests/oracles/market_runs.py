"""Scenario files for oracles, run through the whole market: a file name goes in, tables and exact rates come out.

Nothing here calls a formula of the program: the rates come from the document, the formulas from the literature.
"""

from __future__ import annotations

from functools import cache
from math import expm1
from pathlib import Path

import pandas as pd

from sim.calendar import MINUTES_PER_DAY
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import Scenario, load_scenario

STANDARD_ERRORS = 4.0
"""A true oracle is missed by more than this once in 16,000 checks."""


def scenario(name: str) -> Scenario:
    """The scenario in the file of this name beside the oracles."""
    return load_scenario(Path(__file__).parent / "scenarios" / f"{name}.yaml")


@cache
def run(name: str, plan: str) -> tuple[Document, RunResult]:
    """The document of a plan and the tables of one run, every visit among them."""
    document = scenario(name).document(plan)
    return document, Market(document, keep_encounters=True).run()


def arrival_rate(document: Document, need: str, share: float = 1.0) -> float:
    """Visits a minute for a need that everyone takes to the firm, from the `share` of people a segment holds.

    Each of n people has at most one need a day, with chance 1 - exp(-Σr), and this one in proportion to its rate.
    """
    rates = {name: each.rate for name, each in document.market.needs.items()}
    total = sum(rates.values())
    return document.market.customers * share * -expm1(-total) * rates[need] / total / MINUTES_PER_DAY


def regularity(document: Document) -> float:
    """How far a finite population may shorten waits, relative to Poisson arrivals.

    A day's arrivals are binomial: the variance of their number is a share exp(-Σr) of its mean, and a wait is in
    proportion to (c_a² + c_s²)/2 (Allen & Cunneen), so with exponential service it loses at most half of 1 - exp(-Σr).
    """
    return -expm1(-sum(each.rate for each in document.market.needs.values())) / 2


def visits_to(result: RunResult, process: str) -> pd.DataFrame:
    """The visits of one process after the first day, which begins with an empty hall."""
    encounters = result.encounters
    assert encounters is not None  # `run` keeps them
    return encounters[(encounters["process"] == process) & (encounters["day"] > 0)]
