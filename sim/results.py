"""What a run leaves: tidy tables and a manifest that says exactly which run it was.

Wall times and other accidents of the machine are not in it, so equal runs have equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, eq=False)
class RunResult:
    """The tables of one run.

    daily: a row a day; day, date, period, then raw measure columns, float64 (see `measures.CATALOGUE`; money in major
        units)
    periods: period (before, campaign, aftermath, whole), measure, value
    ledger: day, account, segment, site, tier, campaign, amount (minor units); empty text where it belongs to none
    offers: offer, earned, handed, refused, paid (minor units)
    activity: a row for each customer who did anything in the campaign window: customer, visits_<task>, and for spending
        receipts_max, day_max, total_spend (major units), and redeemed_<offer> (gifts handed out)
    causes: cause, left: customers lost by cause
    sites: site, visits, served, lost, wait_sum, joined, satisfaction
    breakdown: by (segment, site, tier), part, period, then raw columns; see `breakdown.Breakdown.table`
    channels: visits as of the sites, by channel; None where all visits come by one
    encounters: one row a visit; None unless asked for
    surveys: a row a survey, evening and question: survey, day, date, question, statistic, eligible, asked, answered,
        measured, standard_error, true (of all eligible), true_of_answered; in the unit of what is asked (1-7, 0-100,
        NPS points, shares of Kano's classes)
    loyalty_cells: period, cell, people (Dick & Basu 1994)
    indices: a row a day and kind of failure: index, day, date, failure, count, weight, points
    scorecards: a row a card and component: scorecard, day, date, component, weight; what was found and the points it
        gives, each as measured, honest (the same sample, not gamed) and true (all visits)
    targets: a row a target and calendar period: target, period, first, last, plan, in_force, actual, difference,
        progress (see `targets.target_table`)
    budget: a row a line of the budget and what is kept back: line, in_kind, planned, spent, salvaged (minor units),
        quantity, used, since (see `levers.budgets.budget_table`)
    The last six are None where the document asks for no such thing.
    """

    manifest: dict[str, Any]
    daily: pd.DataFrame
    periods: pd.DataFrame
    ledger: pd.DataFrame
    offers: pd.DataFrame
    activity: pd.DataFrame
    causes: pd.DataFrame
    sites: pd.DataFrame
    breakdown: pd.DataFrame
    channels: pd.DataFrame | None = None
    encounters: pd.DataFrame | None = None
    surveys: pd.DataFrame | None = None
    loyalty_cells: pd.DataFrame | None = None
    indices: pd.DataFrame | None = None
    scorecards: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    budget: pd.DataFrame | None = None

    def value(self, measure: str, period: str = "whole") -> float:
        """One number of a period; KeyError when there is none."""
        chosen = self.periods[(self.periods["measure"] == measure) & (self.periods["period"] == period)]
        if chosen.empty:
            raise KeyError(f"no measure '{measure}' in period '{period}'")
        return float(chosen["value"].iloc[0])
