"""Where a plan fails: a box built into the market is found, and said in the file's own values."""

import json

import pytest

from experiments.discovery.failing_worlds import discover
from experiments.report.discover_text import as_object, plain_text
from sim.errors import RequestError
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, FormulaMarket

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")


def fails_with_few_and_careless(document):
    """With at most three at the counter and good work below 95 % the later opening loses money, else it earns."""
    opened = document["service"]["stations"]["counter"]["open"] != "09:00-17:00"
    few = document["service"]["stations"]["counter"]["staff"] <= 3
    good = float(document["service"]["quality"]["right_first_time"].rstrip("%"))
    profit = opened * (-5000.0 if few and good < 95.0 else 5000.0)
    return {"profit": profit, "profit_with_carried_value": profit, "wait_p90": 2000.0 - 200.0 * (not few)}


@pytest.fixture
def market(monkeypatch):
    monkeypatch.setattr(
        "experiments.engines.runner.MarketSimulator", lambda: FormulaMarket(fails_with_few_and_careless, luck=100.0)
    )


def test_the_box_built_in_is_found_in_the_words_of_the_file(market):
    found = discover(BRANCH, "gifts", worlds=150)
    (region,) = found.regions
    by_path = {each.path: each for each in region.limits}
    staff, good = by_path["service.stations.counter.staff"], by_path["service.quality.right_first_time"]
    assert (staff.low, staff.high) == (None, 3)
    assert float(str(good.high).rstrip("%")) == pytest.approx(95.0, abs=0.3)
    assert region.coverage > 0.95
    assert region.held.share > 0.95
    text = plain_text(found)
    assert "service.stations.counter.staff is 3 or less (of 2 to 6)" in text
    assert "it is worse than the baseline in profit with carried value" in text
    assert found.failed.count == int(found.worlds["fails"].sum())
    # staff 2 or 3 of 2..6, good work in the lower 5/9 of its range: 2/5 * 5/9
    assert found.failed.share == pytest.approx(0.4 * 5 / 9, abs=0.05)
    regret = found.regrets.set_index("plan")["mean"]
    assert regret["gifts"] == pytest.approx(5000.0 * found.failed.share, rel=1e-6)
    assert regret["none"] == pytest.approx(5000.0 * (1.0 - found.failed.share), rel=1e-6)
    json.dumps(as_object(found))


def test_other_conditions_can_be_asked_for_and_one_assumption_may_do(market):
    found = discover(BRANCH, "gifts", keeps="wait_p90 <= 15 min", worlds=60)
    assert found.failed.share == 1.0
    assert "no way out" in plain_text(found)
    found = discover(BRANCH, "gifts", keeps="gain in profit >= -9000", worlds=60)
    assert found.failed.count == 0
    assert "nothing to explain" in plain_text(found)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"plan": "gift"}, "did you mean 'gifts'"),
        ({"worlds": 20}, "at least 50"),
        ({"keeps": "wait_p09 <= 15 min"}, "did you mean 'wait_p90'"),
        ({"keeps": "cheap"}, "limits nothing"),
        ({"plan": "none", "keeps": "gain in profit >= 0"}, "no gain over itself"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(market, request_, said):
    with pytest.raises(RequestError, match=said):
        discover(BRANCH, **({"plan": "gifts", "worlds": 60} | request_))


def test_without_ranges_there_are_no_futures_to_search():
    certain = SCENARIO.replace(", range: [2, 6]", "").replace(", range: [90%, 99%]", "")
    with pytest.raises(RequestError, match="nothing to vary"):
        discover(read_scenario(certain.encode(), "certain.yaml"), "gifts")
