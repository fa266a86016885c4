"""The headline: a campaign that sells more than the branch can serve pays without queues and loses with them.

The gallery's file as it is, with default behaviour and as many paired replications as were fixed beforehand.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Final

import pandas as pd
import pytest

from experiments.campaign_returns import (
    WINDOW,
    campaign_returns,
    difference,
    interval,
    stated_world,
)
from experiments.engines.runner import Serial
from experiments.oversold import CONTEXTS, FREE, SCENARIO, STAFFING, USUAL
from experiments.paired import MarketSimulator
from sim.market import Market
from sim.scenario.load import load_scenario
from tests.once import once

pytestmark = pytest.mark.slow

REPLICATIONS: Final = 6
ENOUGH: Final = 3
"""Replications where the return is far from zero; with the usual staff it is near."""
AMPLE: Final = "seven at the counter"
HOURS_A_DAY, DAYS = 8, 21


@once
def stated(*names: str, replications: int = REPLICATIONS) -> pd.DataFrame:
    """Returns at the stated values in these contexts."""
    contexts = {name: CONTEXTS[name] for name in names}
    world = stated_world(load_scenario(SCENARIO), contexts)
    return campaign_returns(world, contexts, Serial(MarketSimulator()), range(replications))


@cache
def _work(plan: str) -> float:
    """Minutes of work that people bring during the campaign.

    Seen in the market without queues, where nobody is lost before being served, or served on a later day.
    """
    market, work, days = Market(load_scenario(SCENARIO).document(plan)), 0.0, 0
    for day in range(market.calendar.days):
        if market.calendar.period(day) == "aftermath":
            break
        market.step()
        if market.calendar.period(day) == "campaign":
            visits = market.today.encounters
            assert visits is not None
            work, days = work + float(visits.service.sum()), days + 1
    assert days == DAYS
    return work


def _offered_load(plan: str, staff: int) -> float:
    """Work over the minutes `staff` are at the counter."""
    return _work(plan) / (staff * HOURS_A_DAY * 60 * DAYS)


def test_the_campaign_sells_more_than_the_usual_staff_can_serve() -> None:
    """Oversold: offered work above staffed time. On the same days without the campaign it is not."""
    assert _offered_load("campaign_unlimited", staff=3) > 1.0
    assert _offered_load("quiet_unlimited", staff=3) < 0.8
    assert _offered_load("campaign_unlimited", staff=7) < 0.6


def test_without_queues_the_campaign_pays() -> None:
    assert interval(stated(FREE, replications=ENOUGH), FREE).low > 0.0


def test_with_the_usual_staff_it_loses() -> None:
    assert interval(stated(USUAL), USUAL).high < 0.0


def test_with_ample_staff_it_pays() -> None:
    assert interval(stated(AMPLE, replications=ENOUGH), AMPLE).low > 0.0


def test_inside_its_own_window_the_loss_does_not_show() -> None:
    """Why profit is shown with carried value too: the customers who leave pay until they do."""
    assert interval(stated(USUAL), USUAL, WINDOW).low > 0.0


def test_its_return_grows_with_staffing() -> None:
    usual = stated(USUAL)
    both = pd.concat([stated(AMPLE, replications=ENOUGH), usual[usual["replication"] < ENOUGH]])
    assert difference(both, AMPLE, USUAL).low > 0.0


@pytest.mark.study
def test_its_return_grows_with_every_step_of_staffing() -> None:
    for fewer, more in pairwise(STAFFING):
        assert difference(stated(*STAFFING), more, fewer).low > 0.0, more
