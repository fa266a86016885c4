"""The press reaches as many as it says, acts as talk does, and not at all where talk does not."""

import numpy as np
import pytest

from sim.levers.press import NOBODY
from sim.market import Market
from sim.scenario.load import read_scenario
from tests.behaviour.small_branch import SCENARIO

REPORT = {"press": {"scandal": {"during": "2 Sep 2009 to 6 Sep 2009", "reach": 0.4, "satisfaction": 10, "quality": 2}}}


def market(settings, **more):
    text = SCENARIO.replace("customers: 400", "customers: 3000")
    scenario = read_scenario(text.encode(), "small-branch.yaml")
    return Market(scenario.document("none", settings=settings | more))


def test_a_report_reaches_the_share_it_says_within_its_days():
    here = market(REPORT)
    reached = set()
    for day in range(8):
        here.step()
        told = here.today.heard.listener[here.today.heard.teller == NOBODY]
        assert bool(len(told)) == (1 <= day <= 5)
        reached |= set(told.tolist())
    # 0.4 of 3,000 people: binomial
    assert len(reached) / 3000 == pytest.approx(0.4, abs=3.3 * np.sqrt(0.4 * 0.6 / 3000))


def test_bad_press_is_heard_as_bad_and_good_press_as_good():
    """The same people on the same days; what they expect and how they lean moves towards what they read."""
    lean, expected = {}, {}
    for name, satisfaction, quality in (("bad", 5, 1.5), ("good", 95, 7)):
        report = {"during": "1 Sep 2009 to 1 Sep 2009", "reach": 1.0, "satisfaction": satisfaction, "quality": quality}
        here = market({"press": {"report": report}})
        here.step()
        lean[name], expected[name] = here.customers.heard, here.customers.will
    assert (lean["bad"] < 0.0).all()
    assert (lean["good"] > 0.0).all()
    assert expected["bad"].mean() < expected["good"].mean()
    # the few who came in on that day have learned from their visit since
    assert (expected["bad"] < expected["good"]).mean() > 0.97


def test_where_nobody_listens_to_talk_nobody_listens_to_the_press():
    here = market(REPORT, **{"behaviour.word_of_mouth": "none"})
    for _ in range(4):
        here.step()
        assert not len(here.today.heard.listener)
    assert not here.customers.heard.any()


def test_a_dated_change_of_the_people_at_a_counter_ends_on_its_day():
    away = {"during": "3 Sep 2009 to 4 Sep 2009", "set": {"service.stations.counter.people": {"absence": {"share": 1}}}}
    here = market({"changes": {"flu": away}})
    served = []
    for _ in range(6):
        here.step()
        served.append(int(np.count_nonzero(here.today.encounters.outcome == 0)) if here.today.encounters else 0)
    assert served[2] == served[3] == 0
    assert min(served[1], served[4]) > 0
