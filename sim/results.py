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
    offers: offer or referral programme, earned, handed, refused, paid (minor units), paid_anyway (of this, rewards for
        purchases that would have been made without them, where the run itself knows; else 0)
    activity: a row for each customer who did anything in the campaign window, came or left: customer, visits_<task>,
        left (1 for who was a customer and is none at the end), became_customer (0 or 1, in the whole run); for spending
        receipts_max, day_max, total_spend (in the unit of spending); redeemed_<offer> (gifts handed out; for a referral
        programme: customers paid for as brought), and anyway_<offer> (rewards given that would have been earned
        without their pull)
    causes: cause, left (customers lost), lines (lines lost), amount (revenue a year lost with both, major units)
    sites: site, visits, served, lost, wait_sum, joined, satisfaction; of each prepay offer quota_, signed_, over_quota_
        and over_quota_cost_<offer> (minor units)
    breakdown: by (segment, site, tier), part, period, then raw columns; see `breakdown.Breakdown.table`
    channels: visits as of the sites, by channel; None where all visits come by one
    funnels: funnel, move, from, to, came (how many ever came into from), made; None without funnels
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
    commitments: a row a month and item that a lever pays for: month, item, spent (in it), so_far, committed, avoidable
        (minor units; see `levers.commitments`)
    responses: a row a campaign, wave and channel that names its receivers: counts (needs that count as a response),
        contacted, came (within the window), paid; held_out, held_out_came, held_out_paid; opted_out; cost of media
        (money in minor units)
    contacts: a row a person and wave of each campaign: campaign, customer, day, held_out, came, within (days)
    visit_days: customer, day, need of every visit served for one, where any channel names its receivers
    cost_lines: a row a cost line: campaign, launched, group, kind, line, estimate, actual (minor units)
    forms: a row a programme with feedback forms, revision of its plan, group and way: programme, day, group, way,
        liked (mean of the forms so far, 0-100), sent, returned, share (of the contacts from that day on)
    forecasts: a row a campaign, where any has a forecast or estimated costs: campaign, launched, first_day,
        cost_forecast, cost (from the ledger, its offers with it), revenue_forecast (minor units; NaN for no forecast)
    panel: a row a person, over one period: customer, segment, site, tier (at its end; empty without), was_customer (on
        the evening before it); visits (ended), served, lost, joined (a queue), judged, complaints, incidents; left and
        became_customer (0 or 1); wait_sum (minutes), visit_satisfaction_sum, delivered_sum (1-7 each visit); paid
        (minor units); satisfaction and loyalty at its end; answer_<survey> (the latest given, in the unit of the
        survey's measure) and satisfied_<survey> (0 or 1), NaN for who gave none
    revisions: what revised a campaign: campaign, day, what (dropped, moved), which
    All from channels on are None where the document asks for no such thing.
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
    funnels: pd.DataFrame | None = None
    encounters: pd.DataFrame | None = None
    surveys: pd.DataFrame | None = None
    loyalty_cells: pd.DataFrame | None = None
    indices: pd.DataFrame | None = None
    scorecards: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    budget: pd.DataFrame | None = None
    commitments: pd.DataFrame | None = None
    responses: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    visit_days: pd.DataFrame | None = None
    cost_lines: pd.DataFrame | None = None
    forecasts: pd.DataFrame | None = None
    forms: pd.DataFrame | None = None
    revisions: pd.DataFrame | None = None
    panel: pd.DataFrame | None = None

    def value(self, measure: str, period: str = "whole") -> float:
        """One number of a period; KeyError when there is none."""
        chosen = self.periods[(self.periods["measure"] == measure) & (self.periods["period"] == period)]
        if chosen.empty:
            raise KeyError(f"no measure '{measure}' in period '{period}'")
        return float(chosen["value"].iloc[0])
