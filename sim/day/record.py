"""Step 11, record: one row of raw measures for the day; the recorder turns rows into periods at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.dimensions import weighted
from sim.behaviour.quality import scale_to_wait
from sim.behaviour.word_of_mouth import recommendation
from sim.customers import CUSTOMER
from sim.day.further import further_transactions
from sim.gaps import Gaps
from sim.ledger import ACCOUNTS, CAMPAIGN_ACCOUNTS, PROFIT_ACCOUNTS
from sim.measurement.by_server_group import columns_by_group
from sim.measurement.by_tier import customers_by_tier, judgements_by_tier, waits_by_tier
from sim.measurement.funnels import columns_of_funnels
from sim.money import to_major
from sim.operations.visits import by_customers
from sim.service.monitors import ServiceLevelDefinition, service_level
from sim.service.outcome import Outcome

if TYPE_CHECKING:
    from sim.market import Market

_DEFINITIONS: dict[str, ServiceLevelDefinition] = {
    "everyone who joins": "of_arrivals",
    "those served": "of_served",
    "everyone who waits": "wait_of_everyone",
}
_OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)
_GAPS = {
    "gap_1": "knowledge",
    "gap_2": "standards",
    "gap_3": "delivery",
    "gap_4": "communication",
    "gap_5": "customer",
    "promise_share": "promise",
    "perception_bias": "bias",
    "adequacy": "adequacy",
    "superiority": "superiority",
}


def record(market: Market) -> None:
    """Put the day's numbers together and hand them to the recorder."""
    row = dict(market.today.numbers)
    _customers(market, row)
    _visits(market, row)
    _judgements(market, row)
    if market.funnels:
        row.update(columns_of_funnels(market.funnels.values(), market.recorder.came_into))
    if market.reviews is not None:
        row["reviews_standing"], row["review_rating"] = market.reviews.number, market.reviews.rating
    if market.measurement is not None:
        market.measurement.observe(market, row)
    _money(market, row)
    market.recorder.add(row)


def _customers(market: Market, row: dict[str, float]) -> None:
    customers = market.customers
    own = np.flatnonzero(customers.status == CUSTOMER)
    satisfaction = customers.satisfaction[own]
    answers = recommendation(satisfaction)
    row["customers"] = len(own)
    stated = satisfaction if market.case_rules is None else customers.stated_satisfaction(own)
    row["satisfaction"] = _mean(stated)
    market.recorder.breakdown.evening(own, stated, market.today.left)
    row["nps"] = 100.0 * (_share(answers >= 9) - _share(answers <= 6))
    row["loyalty"] = _mean(customers.loyalty[own])
    row["trust"] = _mean(customers.trust)
    row["aware"] = _share(customers.aware)
    row["pressure"] = _mean(customers.pressure) if market.airings else 0.0
    row["churned"] = len(market.today.left)
    row["churned_year"] = 365.25 * len(market.today.left)
    if market.document.market.tiers:
        left = customers.tier[market.today.left]
        row.update(customers_by_tier(market.document, customers.tier[own], satisfaction, left))


def _visits(market: Market, row: dict[str, float]) -> None:
    encounters = market.today.encounters
    assert encounters is not None  # step 5 always leaves its encounters
    counted = by_customers(encounters.visit)
    outcome, wait = encounters.outcome[counted], encounters.wait[counted]
    by_outcome = np.bincount(outcome, minlength=len(Outcome)).tolist()
    for name, count in zip(_OUTCOMES, by_outcome, strict=True):
        row[name] = row.get(name, 0.0) + count
    row["ended"] = len(outcome)
    row["lost"] = len(outcome) - row["served"]
    row.update(further_transactions(market, row["served"]))
    joined = (outcome != Outcome.BALKED) & (outcome != Outcome.BLOCKED)
    row["joined"] = int(np.count_nonzero(joined))
    row["wait_sum"] = float(wait[joined].sum())
    market.recorder.add_waits(wait[joined])
    if market.document.market.tiers:
        tier = market.customers.tier[encounters.customer[counted]]
        row.update(waits_by_tier(market.document, tier[joined], wait[joined]))
    by_channel = market.recorder.by_channel
    if by_channel.names:
        assert market.today.judgement is not None  # step 6 always leaves its judgement
        row.update(by_channel.columns(encounters, counted, market.today.judgement))
    monitors = encounters.monitors
    row["busy_time"] = float(monitors.busy_time[monitors.staffed_time > 0].sum())  # unlimited staff is not measured
    row["staffed_time"] = float(monitors.staffed_time.sum())
    row["queue_time"] = float(monitors.queue_time.sum())
    row.update(columns_by_group(market.plant, monitors))
    row["longest_queue"] = float(monitors.longest_queue.max(initial=0))
    joins, of_visit = encounters.joins, by_customers(encounters.joins.visit)
    station = market.plant.facility.station_of_pool[joins.pool]
    for name, standard in market.document.service.standards.items():
        here = of_visit & ~joins.resumed & (station == market.plant.station_names.index(standard.station))
        level = service_level(joins.wait[here], joins.outcome[here], standard.at_most, _DEFINITIONS[standard.of])
        row[f"kept_{name}"], row[f"counted_{name}"] = level.within, level.counted


def _judgements(market: Market, row: dict[str, float]) -> None:
    judged, gaps = market.today.judgement, market.today.gaps
    assert judged is not None  # step 6 always leaves both
    assert gaps is not None
    row["judged"] = len(judged.rows)
    served, failed = ~judged.lost, judged.failed
    row["judged_served"] = int(np.count_nonzero(served))
    row["right"] = int(np.count_nonzero(served & ~failed))
    importance = market.customers.importance.take(judged.rows, axis=1)
    for name, values in (
        ("delivered", weighted(judged.delivered, importance)),
        ("perceived", weighted(judged.perceived, importance)),
        ("visit_satisfaction", judged.satisfaction),
    ):
        row[f"{name}_sum"] = float(values.sum())
        row[f"{name}_squares"] = float((values * values).sum())
    if market.document.market.tiers:
        tier = market.customers.tier[judged.rows]
        row.update(judgements_by_tier(market.document, tier, judged.satisfaction, judged.lost, failed))
    if market.hazards.all:
        row["incidents_year"] = 365_250.0 * row["incidents"]
    row["complaints_1000"] = 1000.0 * row.get("complaints", 0.0)
    if market.document.behaviour.felt_waits != "none":
        row["felt_wait_sum"] = float(judged.felt_wait.sum())
    told = ~np.isnan(judged.promised[1])
    scale = market.document.service.wait_scale
    promised = scale_to_wait(judged.promised[1][told], desired=scale.desired, adequate=scale.adequate)
    row["waits_promised"] = int(np.count_nonzero(told))
    row["minutes_over_promise_sum"] = float((judged.wait[told] - promised).sum())
    for name, field in _GAPS.items():
        row[f"{name}_sum"] = _total(gaps, field)


def _total(gaps: Gaps, field: str) -> float:
    return float(getattr(gaps, field).overall * gaps.encounters) if gaps.encounters else 0.0


def _money(market: Market, row: dict[str, float]) -> None:
    today = market.ledger.today
    currency = market.document.currency

    def total(*names: str) -> float:
        return float(to_major(sum(today[name] for name in names), currency))

    row["revenue"] = total(*(account.name for account in ACCOUNTS if account.kind in ("revenue", "contra-revenue")))
    row["campaign_cost"] = -total(*CAMPAIGN_ACCOUNTS)
    row["wages"] = -total("wages")
    row["profit"] = total(*PROFIT_ACCOUNTS)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.sum()) / len(values) if len(values) else float("nan")


def _share(flags: NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(flags)) / len(flags) if len(flags) else float("nan")
