"""Laws of complaint cases, for any channels, levels, deadlines, hours and luck: none is lost, none counted twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.market import Market
from tests.behaviour.recovery_worlds import world

pytestmark = pytest.mark.slow

chances = st.sampled_from([0.0, 0.3, 0.7, 1.0])
days = st.sampled_from(["1 day", "2 days", "5 days"])
closings = st.sampled_from(["serve out", "turn away", "carry over"])


@st.composite
def stages(draw: st.DrawFn) -> dict[str, Any]:
    stage: dict[str, Any] = {
        "at": draw(st.sampled_from(["desk", "counter"])),
        "takes": {"exponential": {"mean": draw(st.sampled_from(["5 min", "90 min"]))}},
        "resolves": draw(chances),
    }
    return {**stage, "within": draw(days)} if draw(st.booleans()) else stage


@st.composite
def recoveries(draw: st.DrawFn) -> dict[str, Any]:
    channels = draw(st.lists(stages(), min_size=1, max_size=3))
    section: dict[str, Any] = {
        "channels": {f"c{k}": {**each, "share": 1 / len(channels)} for k, each in enumerate(channels)},
        "escalation": {f"l{k}": each for k, each in enumerate(draw(st.lists(stages(), max_size=2)))},
        "takes_up": draw(st.sampled_from(["at once", "any day in time"])),
        "reopens": draw(chances),
        "reopens_after": draw(days),
        "initiative": draw(chances),
        "compensation": 3,
        "fair_compensation": draw(st.sampled_from([1, 10])),
    }
    return {**section, "answer_within": draw(days)} if draw(st.booleans()) else section


@settings(max_examples=30, deadline=None)
@given(recoveries(), closings, st.integers(1, 2), st.sampled_from([-40.0, 0.0, 40.0]))
def test_no_case_is_lost_and_every_deadline_is_counted_once(
    recovery: dict[str, Any], closing: str, staff: int, voice: float
) -> None:
    document = world(
        recovery,
        days=14,
        customers=80,
        service={
            "stations": {
                "counter": {"staff": staff, "open": "09:00-17:00"},
                "desk": {"staff": 1, "open": "09:00-12:00", "at_closing": closing, "days": ["monday", "thursday"]},
            }
        },
        behaviour={"complaining": {"voice": voice, "exit": -5}},
    )
    market = Market(document)
    result = market.run()
    daily = result.daily

    def total(column: str) -> float:
        return float(daily[column].sum()) if column in daily else 0.0

    cases, last = market.cases, market.calendar.days - 1
    begun = total("cases_opened") + total("cases_reopened")
    assert begun == total("cases_answered") + cases.open
    assert total("cases_answered") == total("cases_resolved") + total("failed_recoveries")
    assert np.all(np.diff(cases.rows) > 0)
    awake = cases.state != 2
    undecided = int(np.count_nonzero(awake & (cases.due > last)))
    # Without a deadline every case stays undecided for ever, the answered ones too.
    expected = begun - undecided if "answer_within" in recovery else 0
    assert total("deadlines_passed") == expected
    assert total("deadlines_kept") <= total("deadlines_passed")
    paid = result.ledger[result.ledger["account"] == "compensation"]["amount"].sum()
    assert paid == -300 * total("cases_resolved")
    satisfaction, paradox = market.customers.satisfaction, market.customers.paradox
    assert satisfaction.min() >= 0.0
    assert satisfaction.max() <= 100.0
    assert paradox.min() >= 0.0
    assert paradox.max() <= document.behaviour.recovering.paradox
