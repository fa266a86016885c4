"""What a pilot can detect and what it is worth, against closed forms; impossible pilots are refused in a sentence."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from experiments.assumptions.information import value_of_information
from experiments.pilots.pilot_markets import Size, SmallMarket
from experiments.pilots.pilot_study import pilot
from experiments.report.pilot_text import as_object, plain_text
from sim.errors import RequestError
from sim.scenario.load import load_scenario, read_scenario
from tests.unit.synthetic_market import SCENARIO, FormulaMarket

pytestmark = pytest.mark.slow

BRANCH = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
NORMAL = NormalDist()
LUCK = 50.0


def opening_pays_by_the_customer(document):
    """Longer opening brings a tenth of a yuan a customer, and a gain in satisfaction that depends on good work."""
    longer = document["service"]["stations"]["counter"]["open"] != "09:00-17:00"
    customers = document["market"]["customers"]
    value = 0.1 * customers * longer
    good = 0.01 * float(document["service"]["quality"]["right_first_time"].rstrip("%"))
    gain = 1000.0 * (good - 0.95) * longer
    return {"profit": value, "satisfaction": gain, "profit_with_carried_value": gain}


@pytest.fixture
def known_market(monkeypatch):
    monkeypatch.setattr(
        "experiments.engines.runner.MarketSimulator", lambda: FormulaMarket(opening_pays_by_the_customer, luck=LUCK)
    )


def test_what_a_pilot_detects_follows_from_how_pilots_differ(known_market):
    """Two markets of independent luck differ by sd √2 · 50; the detectable effect is (z.975 + z.8) of these."""
    found = pilot(BRANCH, "gifts", [Size(1000, 5)], observe=["profit"], replications=150, worlds=0)
    reading = found.sizes[0].readings[0]
    error = sqrt(2.0) * LUCK
    assert reading.error == pytest.approx(error, rel=3.3 / sqrt(2 * 149))  # spread of a standard deviation
    assert reading.effect.mean == pytest.approx(100.0, abs=3.3 * error / sqrt(150))
    assert reading.detectable == pytest.approx((1.959964 + 0.841621) * reading.error, rel=1e-5)
    away = reading.effect.mean / reading.error
    assert reading.power == pytest.approx(NORMAL.cdf(away - 1.959964) + NORMAL.cdf(-away - 1.959964), abs=1e-6)
    assert found.sizes[0].cost.mean == pytest.approx(-reading.effect.mean)


def test_a_pilot_that_shows_the_world_is_worth_nearly_as_much_as_knowing_it(known_market):
    """The satisfaction it shows is the roll-out's gain but for its own luck, of sd 70."""
    found = pilot(BRANCH, "gifts", [Size(1000, 5)], observe=["satisfaction"], replications=2, worlds=60)
    information = found.sizes[0].information
    assert 0.0 <= information.sample.mean <= information.perfect
    assert 0.05 < information.chance_wrong < 0.6
    text = plain_text(found)
    assert "pilots" in text
    assert "60 worlds drawn" in text
    assert as_object(found)["pilots"][0]["information"]["perfect"] == information.perfect


@pytest.mark.parametrize(("mean", "noise"), [(0.0, 1.0), (0.5, 0.5), (-1.0, 2.0)])
def test_the_value_of_a_normal_trial_is_the_closed_form(mean, noise):
    """Gain N(m, 1), shown = gain + N(0, v): E max(0, M) - max(0, m) with M ~ N(m, 1 / (1 + v)) (Raiffa & Schlaifer)."""
    luck = np.random.Generator(np.random.Philox(7))
    gain = mean + luck.normal(size=20_000)
    found = value_of_information(gain, gain + noise * luck.normal(size=20_000))
    spread = 1.0 / sqrt(1.0 + noise**2)
    expected = spread * NORMAL.pdf(mean / spread) + mean * NORMAL.cdf(mean / spread) - max(0.0, mean)
    perfect = NORMAL.pdf(mean) + mean * NORMAL.cdf(mean) - max(0.0, mean)
    tolerance = 3.3 * found.sample.half_width / 1.96
    assert found.sample.mean == pytest.approx(expected, abs=tolerance)
    assert found.perfect == pytest.approx(perfect, abs=3.3 / sqrt(20_000))
    assert found.explained == pytest.approx(1.0 / (1.0 + noise**2), abs=3.3 * 2.0 / sqrt(20_000))


def test_a_trial_that_shows_nothing_is_worth_nothing():
    luck = np.random.Generator(np.random.Philox(8))
    gain = 1.0 + luck.normal(size=400)
    assert value_of_information(gain, np.zeros(400)).sample.mean == 0.0
    unrelated = value_of_information(gain, luck.normal(size=(400, 3)))
    assert unrelated.sample.mean <= unrelated.sample.half_width  # a fit that has seen its worlds would look wise
    assert unrelated.explained < 0.02


def test_a_small_market_has_as_much_less_of_what_all_share_and_keeps_its_staff():
    autumn = load_scenario("bank-autumn")
    market = SmallMarket.of(autumn, "gifts", Size(2500, 14))
    settings = market.settings(autumn)
    assert (market.sites, market.load) == (1, 1.0)
    assert settings["market.customers"] == 2500
    assert settings["gifts.autumn.stock"] == 750
    assert settings["calendar.campaign"] == "2009-09-26 to 2009-10-09"
    assert not any(path.startswith("service.") for path in settings)
    drawn = market.settings(autumn, {"gifts.autumn.stock": 0.999})
    assert drawn["gifts.autumn.stock"] > 1490  # a quarter of nearly 6,000
    assert SmallMarket.of(autumn, "gifts", Size(500, 14)).load == pytest.approx(0.2)
    autumn.document("gifts", settings=settings)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"plan": "gift"}, "did you mean 'gifts'"),
        ({"plan": "none"}, "is the baseline; a pilot tries out another plan"),
        ({"sizes": [Size(30_000, 5)]}, "a pilot of 30,000 customers; the market has 20,000"),
        ({"sizes": [Size(100, 11)]}, "a pilot of 11 days; the campaign has 10"),
        ({"replications": 1}, "at least 2 replications"),
        ({"worlds": 5}, "at least 20, or 0"),
        ({"observe": ["satisfacton"]}, "did you mean 'satisfaction'"),
        ({"observe": []}, "needs a measure"),
    ],
)
def test_a_pilot_that_cannot_be_is_refused_in_one_sentence(known_market, request_, said):
    wanted = {"plan": "gifts", "sizes": [Size(100, 5)], "replications": 2, "worlds": 0} | request_
    with pytest.raises(RequestError, match=said):
        pilot(BRANCH, **wanted)
