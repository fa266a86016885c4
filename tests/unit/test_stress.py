"""Shocks of known effect: what is reported follows from them; impossible requests are refused in a sentence."""

import json

import numpy as np
import pytest

from experiments.report.stress_text import as_object, plain_text, sentences
from experiments.stressing.shocked_plans import stress
from experiments.stressing.shocks import combined, shocks_of
from experiments.study import Study
from sim.errors import RequestError, ScenarioError
from sim.scenario.load import load_scenario, read_scenario
from tests.unit.synthetic_market import FormulaMarket

pytestmark = pytest.mark.slow

BRANCH = """
scenario: branch
currency: EUR
calendar: {run: 1 Sep 2009 to 30 Sep 2009, campaign: 11 Sep to 20 Sep}
market:
  customers: 1000
  segments:
    everyone: {share: 100%}
  needs:
    errand: {task: errand, rate: {value: 2 per month, source: assumed, range: [1 per month, 3 per month]}}
  rivals: {other: {attractiveness: 0.2, price: 1}}
service:
  tasks:
    errand: {at: counter, takes: {exponential: {mean: 5 min}}}
  stations:
    counter: {staff: 3, open: "09:00-17:00"}
  standards:
    counter_wait: {station: counter, at_most: 10 min, share: 90%}
channels: {letters: {addressed: true, cost_per_contact: 1}}
experiment:
  primary: profit
  shocks:
    surge: {kind: demand surge, size: 50%, likelihood: 50%}
    dearer: {kind: cost overrun, size: 20%, likelihood: 0%}
    fire: {set: {service.stations.counter.staff: 1}, likelihood: 10%}
plans:
  none: {}
  letters:
    add:
      campaigns:
        first: {waves: {only: {during: campaign, channels: {letters: {reach: 50%, frequency: 1}}}}, fixed_cost: 100}
        second: {waves: {only: {during: campaign, channels: {letters: {reach: 50%, frequency: 1}}}}, fixed_cost: 40}
      budget: {amount: 130, borne_by: the branch}
"""
SCENARIO = read_scenario(BRANCH.encode(), "branch.yaml")


def formula(document):
    """Profit: 300 a monthly errand and 100 more with each campaign, less costs; a fire costs 50 and doubles a surge."""
    staff = document["service"]["stations"]["counter"]["staff"]
    rate = float(document["market"]["needs"]["errand"]["rate"].split()[0])
    for change in document.get("changes", {}).values():
        rate = float(change["set"].get("market.needs.errand.rate", f"{rate}").split()[0])
    campaigns = document.get("campaigns", {})
    cost = sum(float(each["fixed_cost"]) for each in campaigns.values())
    fire = staff == 1
    profit = 300.0 * rate * (2.0 if fire and rate > 2.0 else 1.0) + 70.0 * len(campaigns) - cost - 50.0 * fire
    return {
        "profit": profit,
        "profit_with_carried_value": profit,
        "satisfaction": 70.0,
        "campaign_cost": cost,
        "standard_counter_wait": 0.95 if rate < 2.5 else 0.8,
    }


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.engines.runner.MarketSimulator", lambda: FormulaMarket(formula, luck=0.01))
        return stress(SCENARIO, replications=3, draws=60)


def effect(found, shocks, plan, measure="profit"):
    table = found.effects
    row = table[(table["shocks"] == shocks) & (table["plan"] == plan) & (table["measure"] == measure)]
    return float(row["mean"].iloc[0])


def test_a_shock_does_to_each_plan_what_it_sets(found):
    assert effect(found, "surge", "none") == pytest.approx(300.0)
    assert effect(found, "dearer", "none") == pytest.approx(0.0)
    assert effect(found, "dearer", "letters") == pytest.approx(-28.0)  # a fifth of 140
    assert effect(found, "fire", "letters") == pytest.approx(-50.0)
    assert effect(found, "surge", "none", "standard_counter_wait") == pytest.approx(-0.15)


def test_two_shocks_interact_by_what_they_do_beyond_the_sum(found):
    table = found.interactions.set_index(["shocks", "plan"])["mean"]
    # a fire doubles what a surge of 3 errands a month brings: 900 beyond the sum of 300 and -50
    assert table["surge + fire", "none"] == pytest.approx(900.0)
    assert table["surge + dearer", "letters"] == pytest.approx(0.0, abs=1e-6)
    assert "Surge and fire together do less harm to none than each alone" in " ".join(sentences(found))


def test_chances_over_the_futures_count_what_happened(found):
    futures = found.futures
    none = futures[(futures["plan"] == "none") & (futures["measure"] == "standard_counter_wait")]
    surges = none["shocks"].str.contains("surge").mean()
    assert surges == pytest.approx(0.5, abs=3.3 * 0.5 / np.sqrt(60))
    risk = {each.plan: each for each in found.risks}
    assert risk["none"].missed["standard_counter_wait"].share == pytest.approx(surges)
    assert risk["letters"].overspent.share == 1.0  # 140 spent of 130
    assert risk["none"].overspent is None
    assert risk["letters"].loss.share == 0.0  # 140 earned, 140 spent, no luck between plans: never below
    fires = none["shocks"].str.contains("fire").mean()
    assert fires == pytest.approx(0.1, abs=3.3 * 0.3 / np.sqrt(60))
    assert not none["shocks"].str.contains("dearer").any()


def test_the_cheapest_cut_loses_least_for_the_money(found):
    (first, second) = [each for each in found.cuts if each.plan == "letters"]
    assert first.dropped == "campaigns.first"  # saves 100 and loses 70 - 100 = -30
    assert (first.saved.mean, first.lost.mean) == (pytest.approx(100.0), pytest.approx(-30.0))
    assert (second.saved.mean, second.lost.mean) == (pytest.approx(40.0), pytest.approx(30.0))
    assert "drop campaigns.first first" in plain_text(found)


def test_a_gain_breaks_even_where_the_shock_eats_it_up(monkeypatch):
    def overrun(document):
        cost = sum(float(each["fixed_cost"]) for each in document.get("campaigns", {}).values())
        gain = 210.0 * bool(cost)
        return dict.fromkeys(("profit", "profit_with_carried_value"), gain - cost) | {
            "satisfaction": 70.0,
            "campaign_cost": cost,
            "standard_counter_wait": 0.95,
        }

    monkeypatch.setattr("experiments.engines.runner.MarketSimulator", lambda: FormulaMarket(overrun, luck=0.01))
    found = stress(SCENARIO, replications=3, draws=5, shocks=["dearer", "surge"])
    sizes = {each.shock: each.size for each in found.break_evens}
    assert sizes["dearer"] == pytest.approx(0.5, abs=1e-3)  # 140 * 1.5 = 210
    assert sizes["surge"] is None
    assert "keeps its gain up to about media, production and gifts 50% dearer" in plain_text(found)


def test_the_object_is_plain_and_says_which_plan_leads(found):
    content = as_object(found)
    json.dumps(content)
    assert content["best"][""]["plan"] in ("none", "letters")
    assert content["shocks"]["surge"]["size"] == 0.5


def test_shocks_act_on_the_world_they_befall_and_on_their_days():
    surge = next(each for each in shocks_of(SCENARIO) if each.name == "surge")
    path = "market.needs.errand.rate"
    stated = surge.settings(SCENARIO, "none")["changes"]["shock-surge"]
    assert stated == {"during": "2009-09-11 to 2009-09-20", "set": {path: "3 per month"}}
    drawn = surge.settings(SCENARIO, "none", {path: 0.25})["changes"]["shock-surge"]["set"]
    assert drawn == {path: "2.25 per month"}
    other = {"changes": {"own": {"from": "12 Sep", "set": {}}}}
    assert set(combined([other, surge.settings(SCENARIO, "none")])["changes"]) == {"own", "shock-surge"}


def test_every_usual_shock_of_the_gallery_makes_a_plan_that_can_be():
    for name in ("bank-autumn", "procurement-limits", "power-connection"):
        scenario = load_scenario(name)
        shocks = shocks_of(scenario)
        assert all(each.assumed for each in shocks) or scenario.document(scenario.baseline).experiment.shocks
        plan = list(scenario.plans)[-1]
        together = combined([each.settings(scenario, plan) for each in shocks])
        assert scenario.document(plan, settings=together)
    kinds = {each.kind for each in shocks_of(load_scenario("procurement-limits"))}
    assert "supplier failure" in kinds
    assert "rival price cut" not in kinds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("surge: {kind: demand surge, likelihood: 10%}", "'kind' with its 'size'"),
        ("surge: {likelihood: 10%}", "'kind' with its 'size'"),
        ("cut: {kind: budget cut, size: 1.5, likelihood: 10%}", "at most 100"),
        ("dear: {kind: cost overrun, size: 10%, likelihood: 10%, during: campaign}", "holds for the whole run"),
        ("surge: {kind: demand surge, size: 10%, likelihood: 120%}", "likelihood"),
        ("surge: {kind: demand surge, size: 10%, likelihood: 10%, during: 1 Jan 2010 to 2 Jan 2010}", "2009-09-30"),
        ("flood: {kind: floods, size: 10%, likelihood: 10%}", "kind"),
    ],
)
def test_a_shock_that_cannot_be_is_refused_with_its_line(text, said):
    broken = BRANCH.replace("    surge: {kind: demand surge, size: 50%, likelihood: 50%}\n", f"    {text}\n")
    with pytest.raises(ScenarioError, match=said) as refused:
        read_scenario(broken.encode(), "branch.yaml")
    assert "branch.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shocks": ["srge"]}, "did you mean 'surge'"),
        ({"replications": 1}, "at least 2"),
        ({"tail": 0.0}, "no part of the runs"),
        ({"plans": ["lettres"]}, "did you mean 'letters'"),
    ],
)
def test_a_stress_that_cannot_be_is_refused_in_a_sentence(changes, said):
    with pytest.raises(RequestError, match=said):
        stress(SCENARIO, **({"replications": 2, "draws": 2} | changes))


def test_a_named_supplier_or_kind_the_market_has_not_is_refused():
    gone = BRANCH.replace("kind: demand surge, size: 50%", "kind: supplier failure, size: 50%")
    with pytest.raises(RequestError, match="befalls nothing that scenario branch has"):
        shocks_of(read_scenario(gone.encode(), "branch.yaml"))
    other = BRANCH.replace("kind: demand surge, size: 50%", "kind: rival price cut, size: 50%, of: othr")
    with pytest.raises(RequestError, match="did you mean 'other'"):
        shocks_of(read_scenario(other.encode(), "branch.yaml"))


def test_a_world_of_several_shocks_is_one_point_for_all_plans():
    study = Study(SCENARIO, ("none", "letters"), 1)
    assert study.trials_along([], []) is not None
