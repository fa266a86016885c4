"""The recorder: keeps a row a day and what each customer did, and makes the tables of the run from them.

It only looks: nothing it keeps feeds back into the market.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calendar import PERIODS
from sim.carried_value import carried_values
from sim.customers import CUSTOMER, LEFT
from sim.day.departures import causes_of
from sim.levers.budgets import budget_table
from sim.levers.membership import membership_measures
from sim.levers.outreach_ways import form_table, liking_measures
from sim.levers.risk_signs import risk_sign_measures
from sim.levers.tariffs import tariff_measures
from sim.levers.tiers import review_measures
from sim.measurement.breakdown import Breakdown
from sim.measurement.by_channel import ByChannel, channel_measures
from sim.measurement.by_server_group import group_measures
from sim.measurement.by_tier import tier_measures
from sim.measurement.campaign_tables import VisitDays, campaign_tables
from sim.measurement.catalogue import declared_measures
from sim.measurement.competition import competition_measures, losses_by_cause
from sim.measurement.cycle_times import CycleTimes
from sim.measurement.funnels import RATE, funnel_measures, funnel_table, rate_of_period
from sim.measurement.of_document import measures_of
from sim.measurement.panel import Panel
from sim.measurement.period_totals import PeriodTotals
from sim.measurement.retention import OpeningCohort
from sim.measurement.rewards import reward_measures
from sim.measurement.targets import target_table
from sim.measurement.task_deadlines import Deadlines, deadline_measures
from sim.measures import CATALOGUE, Measure, outreach_measure, standard_measure
from sim.money import to_major, to_minor
from sim.operations.appointments import BY_SITE
from sim.operations.visits import NEED, parts
from sim.results import RunResult
from sim.scenario.units import text_in
from sim.service.outcome import Outcome
from sim.stock.goods import goods_measures
from sim.stock.shelves import shelf_measures
from sim.stock.supply import supply_measures

if TYPE_CHECKING:
    from sim.market import Market

Floats = NDArray[np.float64]


class Recorder:
    """Daily rows, waits and activity of one run."""

    def __init__(self, market: Market, keep_encounters: bool) -> None:
        self.market = market
        self.rows: list[dict[str, float]] = []
        self.waits: list[NDArray[np.float32]] = []
        self.causes = causes_of(market.document)
        # Customers lost, lines lost, and revenue a year lost with both, by cause.
        self.lost_by_cause = np.zeros((3, len(self.causes)))
        self.encounters: list[pd.DataFrame] | None = [] if keep_encounters else None
        size, plant = len(market.customers), market.plant
        self.visits = {(task, at): np.zeros(size, np.int16) for task, places in plant.of_task.items() for at in places}
        self.cycle_times = CycleTimes(market.document, plant)
        self.deadlines = Deadlines(market.document, plant)
        self.by_channel = ByChannel(market.document, plant)
        spending = size if market.document.market.spending is not None else 0
        self.receipts_max, self.total_spend = np.zeros(spending), np.zeros(spending)
        self.came_into: dict[
            str, NDArray[np.int64]
        ] = {}  # by funnel: who has ever come into each state, up to yesterday
        self.became_customer = np.zeros(size, np.int8)
        self.breakdown = Breakdown(market)
        self.cohort = OpeningCohort(market.customers.status == CUSTOMER)
        self.visit_days = VisitDays(market)
        self.panel = Panel.of(market)
        sites = len(market.site_names)
        appointments = () if market.windows is None else BY_SITE.values()
        self.appointments_by_site = {column: np.zeros(sites) for column in appointments}

    def add(self, row: dict[str, float]) -> None:
        """Keep a day: its row, its causes of leaving, its activity."""
        market = self.market
        self.rows.append(row)
        self._losses(row)
        row.update(self.cohort.columns(market.today.left))
        for _, rows in market.today.joined:
            self.became_customer[rows] = 1
        encounters = market.today.encounters
        assert encounters is not None  # step 5 always leaves its encounters
        if market.calendar.period(market.day) == "campaign":
            self._activity()
        self.cycle_times.add(encounters)
        if self.deadlines.any:
            row.update(self.deadlines.columns(encounters, market.facility_state, market.day))
        self.breakdown.visits()
        self.visit_days.add(market)
        for news in market.today.diary_news:
            if news.word in BY_SITE:
                site = market.customers.site[news.rows]
                self.appointments_by_site[BY_SITE[news.word]] += np.bincount(site, minlength=len(market.site_names))
        if self.panel is not None:
            self.panel.look()
        if self.encounters is not None:
            self.encounters.append(self._encounter_table())

    def _losses(self, row: dict[str, float]) -> None:
        """Why customers and lines were lost today, and what they brought in a year."""
        today, width = self.market.today, len(self.causes)
        found = np.zeros((3, width))
        if len(today.left):
            found[0] = np.bincount(today.causes, minlength=width)
            found[2] = np.bincount(today.causes, today.lost_amounts, minlength=width)
            self.breakdown.lost(today.left, today.lost_amounts, today.causes)
        by_line = [0.0] * len(self.market.document.market.lines)
        for lost in today.lines_lost:
            found[1, lost.cause] += len(lost.rows)
            found[2, lost.cause] += lost.amounts.sum()
            by_line[lost.line] += float(lost.amounts.sum())
            self.breakdown.lost(lost.rows, lost.amounts, np.full(len(lost.rows), lost.cause), lost.line)
        self.lost_by_cause += found
        row.update(losses_by_cause(self.market.document, found, by_line))

    def add_waits(self, waits: Floats) -> None:
        """Keep the waits of a day for the percentiles of its period."""
        self.waits.append(waits.astype(np.float32))

    def _activity(self) -> None:
        market = self.market
        encounters = market.today.encounters
        assert encounters is not None  # checked by the caller
        visit = parts(encounters.visit)
        chosen = (visit.kind == NEED) & (encounters.outcome == Outcome.SERVED)
        for (task, at), counts in self.visits.items():
            process = market.plant.of_task[task][at]
            counts[encounters.customer[chosen & (encounters.process == process)]] += 1
        if market.today.receipts is not None:
            rows, amounts = market.today.receipts
            self.receipts_max[rows] = np.maximum(self.receipts_max[rows], amounts)
            self.total_spend[rows] += amounts

    def _encounter_table(self) -> pd.DataFrame:
        market = self.market
        encounters = market.today.encounters
        assert encounters is not None  # checked by the caller
        visit = parts(encounters.visit)
        processes = np.array([process.id for process in market.plant.facility.processes], dtype=object)
        outcomes = np.array([outcome.name.lower() for outcome in Outcome], dtype=object)
        return pd.DataFrame(
            {
                "day": visit.day,
                "customer": encounters.customer,
                "site": pd.Series(np.array(market.site_names, dtype=object)[encounters.site], dtype="str"),
                "process": pd.Series(processes[encounters.process], dtype="str"),
                "arrived": encounters.arrived,
                "ended": encounters.ended,
                "outcome": pd.Series(outcomes[encounters.outcome], dtype="str"),
                "wait": encounters.wait,
                "service": encounters.service,
                "ahead": encounters.ahead,
                "load": encounters.load,
            }
        )

    def result(self) -> RunResult:
        """The tables of the days so far."""
        market = self.market
        columns = dict.fromkeys(name for row in self.rows for name in row)
        # What a day did not count is zero; what it could not measure (nobody to ask) stays undefined.
        counted = {name: np.array([row.get(name, 0.0) for row in self.rows], np.float64) for name in columns}
        days = range(len(self.rows))
        daily = pd.DataFrame(
            {
                "day": np.arange(len(self.rows)),
                "date": pd.Series([market.calendar.date_of(day).isoformat() for day in days], dtype="str"),
                "period": pd.Series([market.calendar.period(day) for day in days], dtype="str"),
                **counted,
            }
        )
        ledger = market.ledger.table()
        return RunResult(
            manifest=self._manifest(),
            daily=daily,
            periods=self._periods(counted),
            ledger=ledger,
            offers=self._offers(),
            activity=self._activity_table(),
            causes=self._causes_table(),
            sites=self._sites(),
            breakdown=self.breakdown.table(),
            channels=self.by_channel.table(daily),
            funnels=funnel_table(market.funnels),
            **({} if market.measurement is None else market.measurement.tables()),
            **campaign_tables(market, self.visit_days, ledger),
            targets=target_table(market.stages[0], market.calendar, counted, measures_of(market.stages[0]))
            if market.stages[0].targets
            else None,
            budget=budget_table(market),
            forms=form_table(market),
            commitments=market.purse.later.table(ledger),
            panel=None if self.panel is None else self.panel.table(),
            encounters=None if self.encounters is None else pd.concat(self.encounters, ignore_index=True),
        )

    def _manifest(self) -> dict[str, Any]:
        market = self.market
        document = market.stages[0].model_dump_json()
        return {
            "document": hashlib.sha256(document.encode()).hexdigest(),
            "seed": market.streams.seed,
            "replication": market.streams.replication,
            "days": len(self.rows),
            "customers": len(market.customers),
        }

    def _periods(self, columns: dict[str, Floats]) -> pd.DataFrame:
        document, measurement = self.market.document, self.market.measurement
        measures = [
            *CATALOGUE.values(),
            *self._standards(),
            *self._programmes(),
            *tier_measures(document),
            *channel_measures(document),
            *deadline_measures(document),
            *review_measures(document),
            *membership_measures(document),
            *liking_measures(document),
            *tariff_measures(document),
            *reward_measures(document),
            *supply_measures(document),
            *shelf_measures(document),
            *competition_measures(document),
            *risk_sign_measures(document),
            *goods_measures(document),
            *group_measures(document),
            *funnel_measures(document),
            *self.cycle_times.measures.values(),
            *declared_measures(document),
        ]
        of_day = np.array([self.market.calendar.period(day) for day in range(len(self.rows))])
        found: list[tuple[str, str, float]] = []
        for period in (*PERIODS, "whole"):
            days = np.flatnonzero((of_day == period) | (period == "whole"))
            if not len(days):
                continue
            totals, cycle_times = PeriodTotals.of(period, columns, days), self.cycle_times.over(days.tolist())
            for measure in measures:
                timed = measure.name in cycle_times
                value = cycle_times[measure.name] if timed else self._value(measure, totals, columns)
                if value is not None:
                    found.append((period, measure.name, value))
            if measurement is not None:
                found += [(period, name, value) for name, value in measurement.of_period(period)]
        table = pd.DataFrame(found, columns=pd.Index(["period", "measure", "value"]))
        return table.astype({"period": "str", "measure": "str", "value": "float64"})

    def _standards(self) -> list[Measure]:
        standards = self.market.document.service.standards
        return [standard_measure(name, text_in(each.title or name)) for name, each in standards.items()]

    def _programmes(self) -> list[Measure]:
        programmes = self.market.document.outreach
        return [outreach_measure(name, text_in(each.title or name)) for name, each in programmes.items()]

    def _value(self, measure: Measure, totals: PeriodTotals, columns: dict[str, Floats]) -> float | None:
        """One measure of one period; None where the period does not have it."""
        if measure.name == "wait_p90":
            waits = np.concatenate([self.waits[day] for day in totals.days])
            return float(np.quantile(waits, 0.9)) if len(waits) else float("nan")
        if measure.name in ("carried_value", "profit_with_carried_value"):
            if totals.period not in ("campaign", "whole") or len(self.rows) < self.market.calendar.days:
                return None
            if measure.name == "carried_value":
                return self._carried_value
            # The campaign answers for everything after its first day, to the horizon and beyond.
            return self._carried_value + float(columns["profit"][totals.days[0] :].sum())
        if measure.name == "customers_at_end":
            return float(columns["customers"][totals.days[-1]])
        if measure.name == "budget_overrun":
            return self._overrun() if totals.period == "whole" else None
        if measure.name == "contingency_drawn":
            drawn = self.market.purse.contingency_drawn(self.market) if totals.period == "whole" else None
            return None if drawn is None else float(to_major(drawn, self.market.document.currency))
        if measure.name.startswith(RATE):
            return rate_of_period(measure, totals, columns)
        return totals.value(measure)

    @cached_property
    def _carried_value(self) -> float:
        return float(np.sum(self.carried_values[1]))

    @cached_property
    def carried_values(self) -> tuple[NDArray[np.int64], Floats]:
        """Rows of the customers at the end, and their lifetime values."""
        return carried_values(self.market)

    def _overrun(self) -> float | None:
        document = self.market.document
        if document.budget is None:
            return None
        beyond = self.market.budget_spent - to_minor(document.budget.amount, document.currency)
        return float(to_major(max(beyond, 0), document.currency))

    def _offers(self) -> pd.DataFrame:
        pursuit = self.market.pursuit
        anyway = {} if pursuit is None else {each.running.name: each.given_anyway()[1] for each in pursuit.rewards}
        rows = [
            (
                each.name,
                int(each.earned.sum()),
                int(each.handed.sum()),
                each.refused,
                each.paid,
                anyway.get(each.name, 0),
            )
            for each in self.market.offers
        ]
        rows += [
            (name, int(each.brought.sum()), int(each.newcomers.sum()), 0, each.paid, 0)
            for name, each in self.market.referrals.items()
        ]
        names = ("earned", "handed", "refused", "paid", "paid_anyway")
        table = pd.DataFrame(
            np.array([row[1:] for row in rows], np.int64).reshape(len(rows), len(names)), columns=names
        )
        table.insert(0, "offer", pd.Series([row[0] for row in rows], dtype="str"))
        return table

    def _causes_table(self) -> pd.DataFrame:
        left, lines, amount = self.lost_by_cause
        counts = {"left": left.astype(np.int64), "lines": lines.astype(np.int64), "amount": amount}
        return pd.DataFrame({"cause": pd.Series(list(self.causes), dtype="str"), **counts})

    def _activity_table(self) -> pd.DataFrame:
        columns: dict[str, NDArray[Any]] = {}
        for (task, at), counts in self.visits.items():
            columns[f"visits_{task}"] = columns.get(f"visits_{task}", 0) + counts
            columns[f"visits_{task}_at_{at}"] = counts
        if len(self.receipts_max):
            # At most one receipt a customer and day: the greatest day is the greatest receipt.
            columns |= {
                "receipts_max": self.receipts_max,
                "day_max": self.receipts_max,
                "total_spend": self.total_spend,
            }
        columns["left"] = (self.market.customers.status == LEFT).astype(np.int8)
        assortment = self.market.assortment
        for column, name in enumerate(() if assortment is None else assortment.names):
            assert assortment is not None  # there are names
            columns[f"bought_{name}"] = assortment.bought[:, column]
        for offer in self.market.offers:
            columns[f"redeemed_{offer.name}"] = offer.handed
        pursuit = self.market.pursuit
        for rewards in () if pursuit is None else pursuit.rewards:
            columns[f"anyway_{rewards.running.name}"] = rewards.given_anyway()[0]
        for name, running in self.market.referrals.items():
            columns[f"redeemed_{name}"] = running.newcomers
        columns["became_customer"] = self.became_customer
        active = np.flatnonzero(np.any([column != 0 for column in columns.values()], axis=0))
        return pd.DataFrame({"customer": active, **{name: column[active] for name, column in columns.items()}})

    def _sites(self) -> pd.DataFrame:
        totals = self.breakdown.of_sites()
        table = pd.DataFrame({"site": pd.Series(list(self.market.site_names), dtype="str")})
        for name in ("visits", "served", "lost", "wait_sum", "joined"):
            table[name] = totals[name]
        table["satisfaction"] = totals["score"] / np.maximum(totals["visits"], 1.0)
        for column, counts in self.appointments_by_site.items():
            table[column] = counts
        for each in self.market.prepay:
            for column, values in each.of_sites().items():
                table[f"{column}_{each.running.name}"] = values
        return table
