"""The front desk: breaks without cover make residents wait and go; substitutes keep it manned and cost their wage."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from tests.behaviour.casebook import case, document, lowers, raises, run, scenario

pytestmark = pytest.mark.slow

DESK = case(
    "property-desk",
    """
  no_breaks: {extends: uncovered, set: {service.stations.desk.breaks: {}}}
  break_at_night:
    extends: uncovered
    set:
      service.stations.desk.breaks.lunch: {at: 09:00-09:30}
      market.needs.request.hours: {"10:00-12:00": 1, "12:30-15:00": 1, "16:00-18:00": 1}
  nothing_then:
    extends: no_breaks
    set: {market.needs.request.hours: {"10:00-12:00": 1, "12:30-15:00": 1, "16:00-18:00": 1}}
""",
)


def test_the_file_is_warned_that_the_desk_is_unmanned_and_the_covered_plan_is_not() -> None:
    said = [warning for warning in scenario(DESK).warnings if "unmanned" in warning]
    assert any("12:00 to 12:30" in warning for warning in said)
    assert any("15:30 to 15:45" in warning for warning in said)


def test_substitutes_shorten_waits_and_lose_fewer_residents() -> None:
    assert lowers(DESK, "covered", "uncovered", "wait_mean")
    assert lowers(DESK, "covered", "uncovered", "lost_share")
    assert raises(DESK, "covered", "uncovered", "visit_satisfaction")


def test_covered_breaks_are_as_good_as_none_and_cost_the_substitutes() -> None:
    """The mutation: without breaks nothing is left of the difference. Three quarters of an hour a day at 25."""
    covered, none = run(DESK, "covered"), run(DESK, "no_breaks")
    for measure in ("wait_mean", "lost_share", "satisfaction"):
        assert covered.value(measure) == none.value(measure), measure
    assert covered.value("wages") == none.value("wages") + 91 * 0.75 * 25


def test_a_break_while_nobody_comes_hurts_little() -> None:
    """The mutation of the hours: half an hour in which nobody comes costs less than a tenth of what noon does."""

    def harm(plan: str, without: str) -> float:
        return run(DESK, plan).value("lost_share") - run(DESK, without).value("lost_share")

    assert harm("break_at_night", "nothing_then") < 0.1 * harm("uncovered", "no_breaks")


def test_nobody_is_taken_while_the_desk_is_unmanned() -> None:
    market = Market(document(DESK, "uncovered"), keep_encounters=True)
    visits = market.run().encounters
    assert visits is not None
    served = visits[(visits["outcome"] == "served") & (visits["service"] > 0)]
    begun = np.mod(served["ended"] - served["service"], 1440)
    assert not ((begun > 720 + 1e-6) & (begun < 750 - 1e-6)).any()
    assert ((begun > 750 - 1e-6) & (begun < 752)).any()
