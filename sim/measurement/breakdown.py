"""A run by segment, by tier and by site: how many customers each part has, how they fare, and what they bring.

The rows of a day's customers and visits go in; a table comes out with the raw columns of every part and period, from
which measures are read as from the daily columns. Parts add up: counts and sums of the parts are those of the whole,
and money that belongs to no one part stands in a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.behaviour.complaint import RESPONSES
from sim.calendar import DAYS_PER_YEAR, PERIODS
from sim.customers import WITHOUT_TIER
from sim.ledger import ACCOUNTS, CAMPAIGN_ACCOUNTS, PROFIT_ACCOUNTS
from sim.measurement.competition import kinds_of_loss
from sim.measures import CARRIED_CONTRIBUTION
from sim.money import to_major
from sim.operations.visits import by_customers
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WAYS: Final = ("segment", "site", "tier")
"""The ways to cut a market into parts, in the order of the axes below."""
NO_PART: Final = ""
"""Stands for money that belongs to no one part."""
CAMPAIGN: Final = "campaign"
WHOLE: Final = "whole"
MONEY: Final = {
    "revenue": tuple(account.name for account in ACCOUNTS if account.kind in ("revenue", "contra-revenue")),
    "campaign_cost": CAMPAIGN_ACCOUNTS,
    "contribution": PROFIT_ACCOUNTS,
}
"""Columns of money, and the accounts each adds up; cost is turned to be positive."""
COLUMNS: Final = (
    "customers", "customers_at_end", "satisfaction", "ended", "lost", "joined", "wait_sum", "score_sum", "complaints",
    "churned", "churned_year", "lost_amount",
)  # fmt: skip
_OUTCOMES: Final = len(Outcome)
_VOICE: Final = RESPONSES.index("voice")
_BUFFER: Final = 32  # days whose satisfaction is averaged at once


@dataclass
class _Totals:
    """What a period has seen so far; every array has a place a cell (segment × site × tier), the last a part."""

    outcomes: Integers
    events: Integers
    waits: Floats
    scores: Floats
    lost_amounts: Floats
    losses: Floats
    customer_days: Integers
    at_end: Integers
    mean_sums: dict[str, Floats]
    mean_days: dict[str, Integers]
    evenings: list[tuple[Integers, Floats]] = field(default_factory=list)


class Breakdown:
    """The counters of one run by part. A few array operations a day, whatever the number of parts."""

    def __init__(self, market: Market) -> None:
        document, customers = market.document, market.customers
        self._market = market
        tiers = list(document.market.tiers)
        self.parts: dict[str, tuple[str, ...]] = {"segment": market.segment_names, "site": market.site_names}
        if tiers:
            self.parts["tier"] = (WITHOUT_TIER, *tiers)
        self._shape = tuple(len(names) for names in self.parts.values())
        self._width = int(np.prod(self._shape))
        self._home = customers.segment.astype(np.int64) * len(market.site_names) + customers.site
        self._losses = kinds_of_loss(document)
        self._causes = len(self._losses) - len(document.market.lines) if self._losses else 0
        self._totals: dict[str, _Totals] = {}
        self._of_today()  # so that a market without a day behind it has a table too

    def evening(self, own: Integers, satisfaction: Floats, left: Integers) -> None:
        """Count the firm's customers tonight, rows `own` with their satisfaction, and those who left today."""
        totals = self._of_today()
        if self._width == 1:
            counts, sums = np.array([len(own)]), np.array([satisfaction.sum()])
        else:
            cells = self._cells(own)
            counts = np.bincount(cells, minlength=self._width)
            sums = np.bincount(cells, satisfaction, minlength=self._width)
        totals.customer_days += counts
        totals.at_end = counts
        totals.evenings.append((counts, sums))
        if len(totals.evenings) == _BUFFER:
            self._average(totals)
        if len(left):
            totals.events[0] += np.bincount(self._cells(left), minlength=self._width)

    def lost(self, rows: Integers, amounts: Floats, causes: Integers, line: int | None = None) -> None:
        """Count the revenue a year, (k,), that went for these causes with customers, or with a line, lost today."""
        totals, cells = self._of_today(), self._cells(rows)
        totals.lost_amounts += np.bincount(cells, amounts, minlength=self._width)
        if self._losses:
            np.add.at(totals.losses, (cells, causes), amounts)
            if line is not None:
                np.add.at(totals.losses[:, self._causes + line], cells, amounts)

    def visits(self) -> None:
        """Count the visits that ended today, their waits and scores, and who complained."""
        market, totals = self._market, self._of_today()
        encounters, judged = market.today.encounters, market.today.judgement
        assert encounters is not None  # step 5 always leaves its encounters
        assert judged is not None  # step 6 always leaves its judgement
        counted = by_customers(encounters.visit)
        cells, outcome = self._cells(encounters.customer[counted]), encounters.outcome[counted]
        totals.outcomes += np.bincount(cells * _OUTCOMES + outcome, minlength=self._width * _OUTCOMES)
        joined = (outcome != Outcome.BALKED) & (outcome != Outcome.BLOCKED)
        totals.waits += np.bincount(cells, encounters.wait[counted] * joined, minlength=self._width)
        totals.scores += np.bincount(self._cells(judged.rows), judged.satisfaction, minlength=self._width)
        voices = [judged.rows[judged.complaint == _VOICE], *(rows for _, rows, _, _ in market.today.struck)]
        complained = np.concatenate(voices)
        if len(complained):
            totals.events[1] += np.bincount(self._cells(complained), minlength=self._width)

    def table(self) -> pd.DataFrame:
        """The days so far: by (segment, site, tier), part, period, then raw columns, a row each.

        customers: customer-days; customers_at_end; satisfaction: mean over evenings of the part's mean, NaN without
        customers; ended, lost, joined (visits); wait_sum (minutes); score_sum (satisfaction with visits); complaints;
        churned; churned_year; lost_amount (revenue a year lost with customers and lines), and where the document tells
        causes the same by cause and by line; revenue, campaign_cost,
        contribution and, of the campaign and the whole of a finished run, contribution_with_carried_value (major units;
        from the period's first day to the horizon, and lifetime values). The part `NO_PART` has money only. Tiers are
        those held at the time; a market may have none.
        """
        periods = [*(period for period in PERIODS if period in self._totals), WHOLE]
        money = self._money(periods)
        blocks, parts = [], []
        counted = (*COLUMNS, *self._losses)
        for axis, (way, names) in enumerate(self.parts.items()):
            of_parts = _added(money, axis, len(WAYS))  # (columns, periods, 1 + parts), what belongs to none first
            for place, period in enumerate(periods):
                block = np.zeros((len(counted) + len(money), len(names) + 1))
                block[: len(counted), :-1] = self._columns(way, period)
                block[COLUMNS.index("satisfaction"), -1] = np.nan  # everybody is in some part
                block[len(counted) :, :-1], block[len(counted) :, -1] = of_parts[:, place, 1:], of_parts[:, place, 0]
                blocks.append(block)
                parts += [(way, part, period) for part in (*names, NO_PART)]
        text = np.array(parts, object).reshape(-1, 3).T
        return pd.DataFrame(
            {name: pd.Series(words, dtype="str") for name, words in zip(("by", "part", "period"), text, strict=True)}
            | dict(zip((*counted, *MONEY, CARRIED_CONTRIBUTION.name), np.concatenate(blocks, axis=1), strict=True))
        )

    def of_sites(self) -> dict[str, Floats]:
        """The whole run by site, (sites,) each: visits, served, lost, wait_sum, joined, score."""
        found = dict(zip((*COLUMNS, *self._losses), self._columns("site", WHOLE), strict=True))
        visits, lost = found["ended"], found["lost"]
        return {"visits": visits, "served": visits - lost, "lost": lost, "wait_sum": found["wait_sum"],
                "joined": found["joined"], "score": found["score_sum"]}  # fmt: skip

    def _of_today(self) -> _Totals:
        period = self._market.calendar.period(self._market.day)
        if period not in self._totals:
            self._totals[period] = _Totals(
                outcomes=np.zeros(self._width * _OUTCOMES, np.int64),
                events=np.zeros((2, self._width), np.int64),
                waits=np.zeros(self._width),
                scores=np.zeros(self._width),
                lost_amounts=np.zeros(self._width),
                losses=np.zeros((self._width, len(self._losses))),
                customer_days=np.zeros(self._width, np.int64),
                at_end=np.zeros(self._width, np.int64),
                mean_sums={way: np.zeros(len(names)) for way, names in self.parts.items()},
                mean_days={way: np.zeros(len(names), np.int64) for way, names in self.parts.items()},
            )
        return self._totals[period]

    def _cells(self, rows: Integers) -> Integers:
        home = self._home[rows]
        if "tier" not in self.parts:
            return home
        return home * len(self.parts["tier"]) + (self._market.customers.tier[rows] + 1)

    def _average(self, totals: _Totals) -> None:
        """Bring the evenings kept into the sums of daily means, part by part."""
        if not totals.evenings:
            return
        counts, sums = (np.array(each) for each in zip(*totals.evenings, strict=True))
        for way in self.parts:
            number, total = self._added(counts, way), self._added(sums, way)
            there = number > 0
            means = np.divide(total, number, out=np.zeros(total.shape), where=there)
            totals.mean_sums[way] += means.sum(axis=0)
            totals.mean_days[way] += there.sum(axis=0)
        totals.evenings.clear()

    def _added(self, cells: NDArray[Any], way: str) -> NDArray[Any]:
        """(..., cells) added up to (..., parts)."""
        return _added(cells.reshape(*cells.shape[:-1], *self._shape), list(self.parts).index(way), len(self._shape))

    def _columns(self, way: str, period: str) -> Floats:
        """(columns, parts): the raw `COLUMNS` of the parts in one period, then what was lost by cause and line."""
        chosen = list(self._totals.values()) if period == WHOLE else [self._totals[period]]
        for totals in chosen:
            self._average(totals)

        def total(name: str) -> NDArray[Any]:
            return self._added(np.sum([getattr(totals, name) for totals in chosen], axis=0), way)

        by_outcome = np.sum([totals.outcomes for totals in chosen], axis=0).reshape(self._width, _OUTCOMES)
        of_outcome = self._added(by_outcome.T, way)
        ended, days = of_outcome.sum(axis=0), np.sum([totals.mean_days[way] for totals in chosen], axis=0)
        means = np.sum([totals.mean_sums[way] for totals in chosen], axis=0)
        churned, complaints = total("events")
        found = {
            "customers": total("customer_days"),
            "customers_at_end": self._added(chosen[-1].at_end, way),
            "satisfaction": np.divide(means, days, out=np.full(len(days), np.nan), where=days > 0),
            "ended": ended,
            "lost": ended - of_outcome[Outcome.SERVED],
            "joined": ended - of_outcome[Outcome.BALKED] - of_outcome[Outcome.BLOCKED],
            "wait_sum": total("waits"),
            "score_sum": total("scores"),
            "complaints": complaints,
            "churned": churned,
            "churned_year": DAYS_PER_YEAR * churned,
            "lost_amount": total("lost_amounts"),
        }
        losses = self._added(np.sum([totals.losses for totals in chosen], axis=0).T, way)
        return np.concatenate([np.array([found[name] for name in COLUMNS], np.float64), losses])

    def _money(self, periods: list[str]) -> Floats:
        """Major units, (`MONEY` and the contribution carried on, periods, 1 + segments, 1 + sites, 1 + tiers)."""
        market, names = self._market, list(MONEY)
        of_day = [periods.index(market.calendar.period(day)) for day in range(len(market.recorder.rows))]
        found = market.ledger.added_up(np.array(of_day, np.int64), len(periods), list(MONEY.values()))
        found[names.index("campaign_cost")] *= -1
        found[:, -1] = found.sum(axis=1)  # the whole is the last
        money = to_major(found, market.document.currency)
        carried = np.full((1, *money.shape[1:]), np.nan)
        if len(market.recorder.rows) == market.calendar.days:
            contribution, ahead = found[names.index("contribution")], self._carried_values(money.shape[2:])
            carried[0, -1] = ahead + to_major(contribution[-1], market.document.currency)
            if CAMPAIGN in periods:
                # The campaign answers for everything after its first day, to the horizon and beyond.
                place = periods.index(CAMPAIGN)
                since = contribution[place:-1].sum(axis=0)
                carried[0, place] = ahead + to_major(since, market.document.currency)
        return np.concatenate([money, carried])

    def _carried_values(self, shape: tuple[int, ...]) -> Floats:
        """Lifetime values of tonight's customers, added up in the cells of the ledger; major units."""
        rows, values = self._market.recorder.carried_values
        found = np.zeros(shape)
        tiers = slice(1, None) if "tier" in self.parts else slice(None)
        sums = np.bincount(self._cells(rows), values, minlength=self._width)
        found[1:, 1:, tiers] = sums.reshape((*self._shape, 1)[:3])
        return found


def _added(values: NDArray[Any], axis: int, axes: int) -> NDArray[Any]:
    """Sum over all of the last `axes` axes but the one at `axis`."""
    first = values.ndim - axes
    others = tuple(first + each for each in range(axes) if each != axis)
    return np.asarray(values.sum(axis=others))
