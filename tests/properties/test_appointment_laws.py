"""Laws of appointments, for any windows, staff, closing rule and luck: every promise ends in one way, once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.market import Market
from sim.operations.appointments import BOOKED
from sim.operations.visits import by_customers
from tests.offices import office, total

pytestmark = pytest.mark.slow

shares = st.sampled_from([0.0, 0.3, 1.0])


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    windows = {
        "early": {"hours": "09:00-11:00", "places": draw(st.integers(0, 5))},
        "late": {"hours": "11:00-16:30", "places": draw(st.integers(0, 9))},
    }
    at_home = draw(st.booleans())
    own: dict[str, Any] = (
        {"where": "at home", "travel": draw(st.sampled_from(["0 min", "25 min"]))}
        if at_home
        else {
            "no_show": draw(shares),
            "spread": draw(st.sampled_from(["0 min", "10 min", "9 h"])),
            "no_window": draw(st.sampled_from(["turned away", "comes anyway"])),
        }
    )
    earliest = draw(st.integers(0, 3))
    return {
        "windows": windows,
        "earliest": f"{earliest} days",
        "ahead": f"{earliest + draw(st.integers(0, 5))} days",
        "accepts": draw(st.sampled_from([0.3, 1.0])),
        "overbooking": draw(shares),
        "rebooked": draw(st.integers(0, 2)),
        **own,
    }


@settings(max_examples=25, deadline=None)
@given(
    terms(),
    st.sampled_from(["serve out", "turn away", "carry over", "put down"]),
    st.integers(1, 3),
    st.booleans(),
    st.sampled_from(["10 min", "4 h"]),
)
def test_every_promise_ends_once_and_nobody_is_in_two_places(
    windows: dict[str, Any], closing: str, staff: int, patient: bool, mean: str
) -> None:
    service = {} if patient else {"patience": {"exponential": {"mean": "90 min"}}}
    market = Market(
        office(
            people=120,
            rate="1 per week",
            sites=2,
            staff=staff,
            takes={"exponential": {"mean": mean}},
            station={"at_closing": closing},
            service=service,
            behaviour={"leaving": {"form": "hazard", "intercept": -1}},
            **windows,
        )
    )
    for _ in range(10):  # eight days ahead is the longest that a promise is made
        market.step()
        diary, inside = market.diary, market.facility_state.visits
        assert (np.diff(diary.rows) > 0).all()
        assert (diary.day[diary.state == BOOKED] > market.today.day).all()
        begun = diary.rows[diary.state != BOOKED]
        assert np.isin(begun, inside.customer[by_customers(inside.visit)]).all()
        promised = total(market, "appointments_booked")
        ended = sum(total(market, f"appointments_{word}") for word in ("kept", "late", "missed", "cancelled"))
        assert promised == ended + total(market, "no_shows") + diary.open
        assert total(market, "appointments_missed") == total(market, "appointments_rebooked") + total(
            market, "appointments_given_up"
        )
        encounters = market.today.encounters
        assert encounters is not None
        assert (encounters.wait >= 0).all()
        assert (encounters.joins.wait >= 0).all()
