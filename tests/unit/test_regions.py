"""Sites that differ: who can come from when, at what price, beside which rivals, served by how many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.customers import CUSTOMER
from sim.market import Market
from sim.results import RunResult
from tests.scenario_texts import PLANS, SMALL_BANK, assert_refused, only_problem
from tests.small_documents import COUNTER, ERRAND, small_document

OPENS = 14


def lived(regions: dict[str, Any], wage: int = 10, **sections: Any) -> tuple[Market, RunResult]:
    """Two sites of 400 people each; four weeks."""
    document = small_document(
        market={
            "customers": 800,
            "sites": {"here": 1, "there": 1},
            "regions": regions,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 0.3},
            "needs": {"errand": {"task": "errand", "rate": "2 per week", "price": 10.01}},
            "rivals": {"other": {"attractiveness": 1}},
        },
        service={"stations": {"counter": {**COUNTER, "staff": 4, "wage": wage}}, "tasks": {"errand": ERRAND}},
        behaviour={"leaving": {"form": "none"}, "word_of_mouth": "none", "choice": {"constant": -1}},
        **sections,
    )
    market = Market(document, keep_encounters=True)
    return market, market.run()


def visits(result: RunResult, site: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    assert result.encounters is not None
    return result.encounters.loc[result.encounters["site"] == site, "day"].to_numpy()


def test_a_site_that_opens_later_has_no_visitors_customers_or_wages_before() -> None:
    market, result = lived({"there": {"opens": "2009-09-21", "opening_cost": 99, "fixed_cost": 30}})
    assert visits(result, "there").min() == OPENS
    assert visits(result, "here").min() == 0
    ledger = result.ledger[result.ledger["site"] == "there"]
    assert ledger.loc[ledger["amount"] != 0, "day"].min() == OPENS
    assert ledger.loc[ledger["account"] == "changes", "amount"].tolist() == [-9900]
    wages = result.ledger[result.ledger["account"] == "wages"].groupby("site")["amount"].sum()
    assert wages["there"] * 2 == wages["here"]
    there = market.customers.site == 1
    assert (market.customers.joined[there & (market.customers.status == CUSTOMER)] >= OPENS).all()


def test_who_lives_too_far_away_never_comes() -> None:
    market, result = lived({"there": {"within_reach": 0.4, "existing": 1.0}})
    assert result.encounters is not None
    came = np.unique(result.encounters["customer"])
    there = market.customers.site == 1
    assert market.customers.within_reach[came].all()
    share = market.customers.within_reach[there].mean()
    assert share == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / there.sum()))
    assert (market.customers.status[there] == CUSTOMER).mean() == pytest.approx(share)


def test_awareness_on_the_first_day_is_that_of_the_region() -> None:
    market, _ = lived({"there": {"aware": 0.0, "existing": 0.0}, "here": {"aware": 1.0}})
    came = market.customers.status == CUSTOMER
    assert market.customers.aware[market.customers.site == 0].all()
    assert not came[market.customers.site == 1].all()


def test_prices_rates_and_rivals_of_a_region_act_there_and_nowhere_else() -> None:
    _, plain = lived({"there": {"within_reach": 1.0}})
    for region, more in (({"price": 0.5}, True), ({"rate": 0.4}, False), ({"rivals": {"other": 3}}, False)):
        _, other = lived({"there": region})
        assert len(visits(other, "here")) == len(visits(plain, "here")), region
        assert (len(visits(other, "there")) > len(visits(plain, "there"))) is more, region


def test_the_price_of_a_region_is_charged_to_the_cent() -> None:
    """10.01 · 0.5 = 5.005, half to even."""
    _, result = lived({"there": {"price": 0.5}})
    assert result.encounters is not None
    served = result.encounters[result.encounters["outcome"] == "served"].groupby("site").size()
    paid = result.ledger[result.ledger["account"] == "needs"].groupby("site")["amount"].sum()
    assert paid["there"] == 500 * served["there"]
    assert paid["here"] == 1001 * served["here"]


def test_a_region_has_the_staff_and_the_wages_of_its_own() -> None:
    _, few = lived({"there": {"staff": {"counter": 1}}})
    wages = few.ledger[few.ledger["account"] == "wages"].groupby("site")["amount"].sum()
    assert wages["here"] == 4 * wages["there"]
    waits = few.sites.set_index("site")
    assert waits["wait_sum"]["there"] > 4 * waits["wait_sum"]["here"]


REGION = SMALL_BANK.replace(
    "  segments:\n", "  sites: {main: 1, branch: 2}\n  regions: {branch: {opens: 1 Oct}}\n  segments:\n", 1
)
TEXT = REGION + PLANS


@pytest.mark.parametrize(
    ("change", "where", "path", "said"),
    [
        (("regions: {branch", "regions: {brunch"), "regions:", "market.regions.brunch", "there is no site 'brunch'"),
        (("opens: 1 Oct", "opens: 2001-10-01"), "regions:", "market.regions.branch.opens", "not inside the run"),
        (("opens: 1 Oct", "staff: {nobody: 1}"), "regions:", "market.regions.branch.staff.nobody", "nobody"),
        (("opens: 1 Oct", "rivals: {nobody: 1}"), "regions:", "market.regions.branch.rivals.nobody", "nobody"),
    ],
)  # fmt: skip
def test_a_region_that_cannot_be_is_refused_at_its_line(
    change: tuple[str, str], where: str, path: str, said: str
) -> None:
    assert_refused(TEXT.replace(*change), where, path, said)


def test_a_changed_price_of_a_region_counts_as_a_change_of_price() -> None:
    text = TEXT + (
        "changes:\n  one: {from: 5 Oct, set: {market.regions.branch.price: 1.1}}\n"
        "  two: {from: 5 Nov, set: {market.regions.branch.price: 1.2}}\nprice_rule: {at_most: 1}\n"
    )
    assert only_problem(text).path == "changes.two"
