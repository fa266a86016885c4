"""What capacity does: more staff never lengthens waits, and one line for all branches beats a line in each."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.market import Market
from tests.behaviour.rehearsals import REPLICATIONS, differences, document, identical, run, small_branch, values

pytestmark = pytest.mark.slow

MONTH = "2 Mar 2026 to 31 Mar 2026"
STAFF = small_branch("""
plans:
  two: {set: {service.stations.counter.staff: 2}}
  three: {set: {service.stations.counter.staff: 3}}
  four: {}
  patient_two: {extends: two, remove: [service.patience]}
  patient_three: {extends: three, remove: [service.patience]}
  endless_two: {extends: two, set: {service.capacity: unlimited}}
  endless_three: {extends: three, set: {service.capacity: unlimited}}
""").replace("2 Mar 2026 to 30 Apr 2026", MONTH)


@pytest.mark.parametrize(("more", "fewer"), [("three", "two"), ("four", "three")])
def test_more_staff_never_lengthens_waits(more: str, fewer: str) -> None:
    for measure in ("wait_mean", "wait_p90", "lost_share"):
        assert max(differences(STAFF, more, fewer, measure)) < 0, measure
    assert min(differences(STAFF, more, fewer, "satisfaction")) > 0


def first_day(plan: str, replication: int) -> pd.DataFrame:
    """The visits of the first day, by customer: the same people at the same minute in every plan."""
    market = Market(document(STAFF, plan), replication=replication, keep_encounters=True)
    market.step()
    visits = market.recorder.result().encounters
    assert visits is not None  # asked for above
    return visits.set_index("customer").sort_index()


def test_more_staff_lets_nobody_at_all_wait_longer() -> None:
    """First come, first served, with everyone's own service time: no wait is longer (Kiefer & Wolfowitz 1955)."""
    for replication in range(REPLICATIONS):
        two, three = (first_day(plan, replication) for plan in ("patient_two", "patient_three"))
        assert two["arrived"].equals(three["arrived"])
        assert (three["wait"] <= two["wait"] + 1e-9).all()
        assert (three["wait"] < two["wait"]).any()


def test_where_nobody_queues_staff_makes_no_difference_but_to_wages() -> None:
    """The mutation: with unlimited capacity the third person changes nothing that customers notice."""
    assert identical(STAFF, "endless_three", "endless_two", ("wait_mean", "lost_share", "satisfaction", "visits"))
    assert run(STAFF, "endless_three").value("wages") > run(STAFF, "endless_two").value("wages")


BRANCHES = small_branch("""
plans:
  split:
    title: four branches with one person each
    set: {market.customers: 5000, market.sites: 4, service.stations.counter.staff: 1}
  pooled:
    title: the same four people, for whoever comes first at any of the branches
    extends: split
    set: {service.stations.counter.per: market, service.stations.counter.staff: 4}
  endless_split: {extends: split, set: {service.capacity: unlimited}}
  endless_pooled: {extends: pooled, set: {service.capacity: unlimited}}
""").replace("2 Mar 2026 to 30 Apr 2026", MONTH)


def test_pooled_queues_beat_split_ones() -> None:
    assert values(BRANCHES, "pooled", "wages") == values(BRANCHES, "split", "wages")
    for measure in ("wait_mean", "wait_p90", "lost_share"):
        assert max(differences(BRANCHES, "pooled", "split", measure)) < 0, measure
    assert min(differences(BRANCHES, "pooled", "split", "satisfaction")) > 0
    # Nobody stands in a line while somebody elsewhere is idle.
    assert min(differences(BRANCHES, "pooled", "split", "utilisation")) > 0


def test_pooling_is_nothing_where_nobody_queues() -> None:
    """The mutation."""
    assert identical(BRANCHES, "endless_pooled", "endless_split", ("wait_mean", "lost_share", "satisfaction", "visits"))
