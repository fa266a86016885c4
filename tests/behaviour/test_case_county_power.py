"""A county's power supply: five crews of their own against one pool, and what smart meters free the crews from."""

from __future__ import annotations

import pytest

from sim.market import Market
from tests.behaviour.casebook import REPLICATIONS, case, document, run

pytestmark = pytest.mark.slow

COUNTY = case(
    "county-power",
    """
  crews_to_spare: {set: {service.stations.crew.staff: 8}}
  pooled_crews_to_spare: {extends: pooled, set: {service.stations.crew.staff: 40}}
  readings_take_no_time: {set: {outreach.reading.takes: {constant: 0.01 min}}}
  more_smart_meters_readings_take_no_time:
    extends: more_smart_meters
    set: {outreach.reading.takes: {constant: 0.01 min}}
""",
    run="2 Mar 2026 to 29 Mar 2026",
)


def gains(plan: str, against: str, measure: str, replications: int = REPLICATIONS) -> list[float]:
    """A measure of one plan less that of another, replication by replication."""
    return [
        run(COUNTY, plan, replication).value(measure) - run(COUNTY, against, replication).value(measure)
        for replication in range(replications)
    ]


def test_the_run_holds_37349_customers_at_five_stations() -> None:
    market = Market(document(COUNTY, "five_stations"))
    assert len(market.customers) == 37_349
    assert set(market.customers.site.tolist()) == {0, 1, 2, 3, 4}


def test_one_pool_is_at_the_fault_in_time_more_often_than_five_crews() -> None:
    """The same ten people: a fault never waits at one station while a crew is free at the next."""
    assert min(gains("pooled", "five_stations", "standard_arrival")) > 0.005


def test_with_crews_to_spare_pooling_gains_next_to_nothing() -> None:
    """The mutation: where hardly anybody waits there is nothing to share."""
    assert max(map(abs, gains("pooled_crews_to_spare", "crews_to_spare", "standard_arrival"))) < 0.002


def test_meters_that_read_themselves_free_the_crews() -> None:
    """Of 74 in a hundred meters read by hand 40 are left."""
    due = [run(COUNTY, plan, 0).value("contacts_due") for plan in ("more_smart_meters", "five_stations")]
    assert due[0] / due[1] == pytest.approx(40 / 74, rel=0.02)
    assert gains("more_smart_meters", "five_stations", "utilisation", 1)[0] < -0.05


def test_where_reading_takes_no_time_smart_meters_free_nobody() -> None:
    """The mutation. Fewer than one percentage point is left, of who is called out by whom."""
    plans = "more_smart_meters_readings_take_no_time", "readings_take_no_time"
    assert abs(gains(*plans, "utilisation", 1)[0]) < 0.01
