"""What the rules of a plan do today: campaigns that slow down, pause or stop, by what the firm could see last night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.money import to_minor
from sim.operations.visits import by_customers
from sim.scenario.rules import Rule, Watch

if TYPE_CHECKING:
    from sim.market import Market


def apply_rules(market: Market) -> None:
    """Look at what each rule watches; then pause, slow or stop; what is not approved or paid for stays off."""
    document, today = market.document, market.today
    paused: dict[str, None] = {}
    for rule in document.rules.values():
        if not _acts(market, rule):
            continue
        paused |= dict.fromkeys(rule.pause)
        for name, share in rule.slow.items():
            today.slowed[name] = today.slowed.get(name, 1.0) * share
        for name in rule.stop:
            market.campaigns[name].stopped = True
    today.paused = frozenset(paused) | market.purse.paused(market)


def _acts(market: Market, rule: Rule) -> bool:
    when = rule.when
    if when.stock is not None:
        assert when.fewer_than is not None  # the document says so
        stock = next(stock for stock in market.stocks if stock.name == when.stock)
        return int(stock.left.sum()) < when.fewer_than
    if when.spent_on is not None:
        assert when.more_than is not None  # the document says so
        spent = sum(market.campaigns[name].cost for name in when.spent_on)
        return spent > to_minor(when.more_than, market.document.currency)
    if when.response_to is not None:
        assert when.below is not None  # the document says so
        contacted, came = market.campaigns[when.response_to].response(market.day)
        return contacted >= max(when.at_least, 1) and came < when.below * contacted
    return _waited_too_long(market, when)


def _waited_too_long(market: Market, when: Watch) -> bool:
    """Whether yesterday's waits at the station were above the rule's limit."""
    assert when.station is not None  # nothing else is watched
    assert when.above is not None  # the document says so
    yesterday = market.yesterday
    if yesterday is None or yesterday.encounters is None:
        return False
    joins = yesterday.encounters.joins
    station = market.plant.station_names.index(when.station)
    at_station = market.plant.facility.station_of_pool[joins.pool] == station
    waits = joins.wait[at_station & by_customers(joins.visit)]
    if not len(waits):
        return False
    observed = np.mean(waits) if when.measure == "mean wait" else np.quantile(waits, 0.9)
    return bool(observed > when.above)
