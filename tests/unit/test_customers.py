"""The customers on the first day are those the file describes, and a Mesa agent is a handle on one of them."""

import gc
import math
import weakref
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim.customers import CUSTOMER, LEFT, NO_TIER, PROSPECT, Customers, draw_customers, trait
from sim.errors import RequestError
from sim.market import Market
from sim.scenario.document import Document
from sim.streams import Streams
from tests.small_documents import small_document

FEW_IN_A_MILLION = 4.9  # deviations of a normal number exceeded once in a million


def town(customers: int = 20_000, **market: Any) -> Document:
    segments = {"everyone": {"share": 1}}
    return small_document(market={"customers": customers, "segments": segments, "talk": {}, **market})


def drawn(document: Document, seed: int = 1) -> Customers:
    return draw_customers(document, Streams(seed, 0))


def columns(customers: Customers) -> dict[str, np.ndarray]:
    beside = ("population", "attributes")
    return {field.name: getattr(customers, field.name) for field in fields(Customers) if field.name not in beside}


def two_segments(young: int, settled: int) -> Document:
    total = young + settled
    segments = {"young": {"share": young / total}, "settled": {"share": settled / total, "traits": {"existing": "90%"}}}
    return town(total, segments=segments, sites={"centre": 3, "north": 1})


def test_the_same_seed_draws_the_same_people_and_another_seed_others() -> None:
    first, again, other = drawn(town()), drawn(town()), drawn(town(), seed=2)
    for name, column in columns(first).items():
        assert np.array_equal(column, getattr(again, name), equal_nan=column.dtype.kind == "f"), name
    assert not np.array_equal(first.satisfaction, other.satisfaction)


def test_resizing_one_segment_draws_the_others_as_before() -> None:
    small, large = drawn(two_segments(400, 1600)), drawn(two_segments(2400, 1600))
    for name, column in columns(small).items():
        settled_before, settled_after = column[..., 400:], getattr(large, name)[..., 2400:]
        assert np.array_equal(settled_before, settled_after, equal_nan=column.dtype.kind == "f"), name
        young_before, young_after = column[..., :400], getattr(large, name)[..., :400]
        assert np.array_equal(young_before, young_after, equal_nan=column.dtype.kind == "f"), name


def test_every_column_has_a_place_for_everyone() -> None:
    customers = drawn(town(1003))
    assert len(customers) == 1003
    dimensions = {"will", "will_unpromised", "desired", "adequate", "importance", "promised"}
    for name, column in columns(customers).items():
        assert column.shape in (((5, 1003),) if name in dimensions else ((1003,), (0,))), name


@pytest.mark.parametrize(
    ("column", "family"),
    [
        ("satisfaction", {"normal": {"mean": 60, "sd": 5}}),
        ("loyalty", {"beta": {"mean": 0.4, "sd": 0.1}}),
        ("trust", {"beta": {"mean": 0.8, "sd": 0.05}}),
        ("activity", {"gamma": {"mean": 1, "sd": 0.7}}),
        ("spend", {"lognormal": {"mean": 1, "sd": 0.5}}),
        ("price_sensitivity", {"uniform": {"low": 0.5, "high": 1.5}}),
        ("patience", {"triangular": {"low": 0, "mode": 1, "high": 2}}),
        ("switching_cost", {"normal": {"mean": 0.5, "sd": 0.3}}),
    ],
)
def test_a_stated_distribution_is_what_people_have(column: str, family: dict[str, Any]) -> None:
    document = town(traits={column: family})
    values = getattr(drawn(document), column)
    stated = trait(document, document.market.segments["everyone"], column)
    allowed = FEW_IN_A_MILLION * math.sqrt(stated.variance() / len(values))
    assert abs(values.mean() - stated.expected()) < allowed
    # The widest of these (lognormal, fourth moment about 9σ⁴) has a standard deviation sure to √(8/4n) = 1 %.
    assert values.std() == pytest.approx(math.sqrt(stated.variance()), rel=0.01 * FEW_IN_A_MILLION)


def test_a_segments_own_trait_counts_before_that_of_the_market_and_of_the_program() -> None:
    segments = {
        "bold": {"share": 0.5, "traits": {"loyalty": {"constant": 0.9}}},
        "plain": {"share": 0.5},
    }
    customers = drawn(town(100, segments=segments, traits={"loyalty": {"constant": 0.2}, "patience": {"constant": 3}}))
    assert set(customers.loyalty[:50].tolist()) == {0.9}
    assert set(customers.loyalty[50:].tolist()) == {0.2}
    assert set(customers.patience.tolist()) == {3.0}
    assert len(np.unique(customers.trust)) > 90


def test_values_outside_a_scale_are_brought_to_its_ends() -> None:
    wild = {"normal": {"mean": 0, "sd": 500}}
    traits = dict.fromkeys(("satisfaction", "loyalty", "trust", "activity", "spend", "price_sensitivity"), wild)
    customers = drawn(town(1000, traits=traits))
    assert (customers.satisfaction.min(), customers.satisfaction.max()) == (0, 100)
    for unit in (customers.loyalty, customers.trust):
        assert (unit.min(), unit.max()) == (0, 1)
    for factor in (customers.activity, customers.spend, customers.price_sensitivity):
        assert factor.min() == 0


def test_nobody_became_a_customer_after_the_first_day() -> None:
    tenure = {"tenure": {"normal": {"mean": "10 days", "sd": "100 days"}}, "existing": "80%"}
    customers = drawn(town(2000, traits=tenure))
    assert (customers.joined <= 0).all()
    assert (customers.joined[customers.status == PROSPECT] == 0).all()


def test_shares_of_existing_customers_and_of_those_aware() -> None:
    customers = drawn(town(traits={"existing": "30%", "aware": "50%"}))
    n = len(customers)
    existing = customers.status == CUSTOMER
    assert set(np.unique(customers.status)) == {PROSPECT, CUSTOMER}
    assert abs(existing.mean() - 0.3) < FEW_IN_A_MILLION * math.sqrt(0.3 * 0.7 / n)
    assert customers.aware[existing].all()
    others = customers.aware[~existing]
    assert abs(others.mean() - 0.5) < FEW_IN_A_MILLION * math.sqrt(0.25 / len(others))


@pytest.mark.parametrize(("share", "status"), [("0%", PROSPECT), ("100%", CUSTOMER)])
def test_all_or_none_are_existing_customers(share: str, status: int) -> None:
    assert (drawn(town(500, traits={"existing": share, "aware": "0%"})).status == status).all()


def test_sites_have_customers_by_their_weight() -> None:
    customers = drawn(town(sites={"centre": 3, "north": 1, "south": 4}))
    for place, share in enumerate((3 / 8, 1 / 8, 4 / 8)):
        deviation = math.sqrt(share * (1 - share) / len(customers))
        assert abs((customers.site == place).mean() - share) < FEW_IN_A_MILLION * deviation


def test_segments_are_blocks_of_the_stated_size_with_their_tier() -> None:
    segments = {"gold": {"share": 0.25, "tier": "vip"}, "others": {"share": 0.75}}
    customers = drawn(town(1000, tiers=["vip"], segments=segments))
    assert customers.segment.tolist() == [0] * 250 + [1] * 750
    assert customers.tier.tolist() == [0] * 250 + [NO_TIER] * 750


def test_importance_is_shared_out_among_the_dimensions() -> None:
    weights = {"reliability": 40, "responsiveness": 30, "assurance": 10, "empathy": 10, "tangibles": 10}
    even = drawn(town(100, traits={"importance": weights, "importance_spread": 0}))
    assert even.importance == pytest.approx(np.repeat([[0.4], [0.3], [0.1], [0.1], [0.1]], 100, axis=1))
    varied = drawn(town(traits={"importance": weights, "importance_spread": 0.3}))
    assert varied.importance.sum(axis=0) == pytest.approx(np.ones(len(varied)))
    logs = np.log(varied.importance[0] / varied.importance[1])
    n = len(varied)
    assert abs(logs.mean() - math.log(4 / 3)) < FEW_IN_A_MILLION * math.sqrt(2 * 0.3**2 / n)
    assert logs.var() == pytest.approx(2 * 0.3**2, rel=FEW_IN_A_MILLION * math.sqrt(2 / n))


def test_one_personal_shift_moves_all_expectations_alike() -> None:
    levels = dict.fromkeys(("reliability", "responsiveness", "assurance", "empathy", "tangibles"), 4)
    expectations = {"desired": levels | {"reliability": 5}, "adequate": levels, "will": levels, "spread": 0.2}
    customers = drawn(town(traits={"expectations": expectations}))
    assert customers.desired[0] == pytest.approx(5 + customers.shift)
    assert customers.will[3] == pytest.approx(4 + customers.shift)
    assert np.array_equal(customers.adequate[1], customers.will[1])
    assert abs(customers.shift.mean()) < FEW_IN_A_MILLION * 0.2 / math.sqrt(len(customers))


def test_expectations_stay_on_the_scale_and_in_order() -> None:
    customers = drawn(town())
    for expected in (customers.will, customers.desired, customers.adequate):
        assert ((expected >= 1) & (expected <= 7)).all()
    assert (customers.adequate <= customers.desired).all()
    assert np.isnan(customers.promised).all()
    assert np.array_equal(customers.will, customers.will_unpromised)
    assert not np.shares_memory(customers.will, customers.will_unpromised)


def test_traits_of_one_person_are_drawn_apart() -> None:
    """Correlation of independent columns: normal with deviation 1/√n."""
    customers = drawn(town())
    names = ["satisfaction", "loyalty", "trust", "activity", "spend", "price_sensitivity", "switching_cost", "shift"]
    matrix = np.corrcoef([getattr(customers, name) for name in names])
    apart = matrix[np.triu_indices(len(names), 1)]
    assert (np.abs(apart) < FEW_IN_A_MILLION / math.sqrt(len(customers))).all()


def test_an_agent_reads_and_writes_its_row() -> None:
    market = Market(town(50))
    agent = next(iter(market.agents_of(np.array([7]))))
    agent.satisfaction = 12.5
    agent.status = LEFT
    agent.will[0] = 2.0
    agent.desired = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert market.customers.satisfaction[7] == agent.satisfaction == 12.5
    assert market.customers.will[0, 7] == 2.0
    assert market.customers.desired[:, 7].tolist() == [1, 2, 3, 4, 5]
    assert not agent.is_customer
    assert agent.segment == "everyone"
    assert isinstance(agent.satisfaction, float)
    assert market.customers.satisfaction[6] != 12.5


def test_mesas_tools_work_on_the_columns() -> None:
    market = Market(town(60))
    chosen = market.agents.select(lambda agent: agent.is_customer)
    assert len(chosen) == int((market.customers.status == CUSTOMER).sum())
    chosen.do(lambda agent: setattr(agent, "loyalty", 1.0))
    assert (market.customers.loyalty[market.customers.status == CUSTOMER] == 1.0).all()
    assert market.agents.agg("loyalty", np.mean) == pytest.approx(market.customers.loyalty.mean())
    assert [agent.unique_id for agent in market.agents] == list(range(60))


def test_handles_see_what_a_day_does_to_the_columns() -> None:
    market = Market(town(40))
    satisfaction = {agent.row: agent for agent in market.agents}
    market.step()
    for row, agent in satisfaction.items():
        assert agent.satisfaction == market.customers.satisfaction[row]


def test_nobody_can_be_removed_from_a_closed_market() -> None:
    with pytest.raises(RequestError, match="status"):
        next(iter(Market(town(10)).agents_of(np.array([3])))).remove()


def test_too_many_customers_for_agents_are_asked_for_by_row() -> None:
    market = Market(town(200_001))
    with pytest.raises(RequestError, match="agents_of"):
        _ = market.agents
    assert [agent.row for agent in market.agents_of(np.array([5, 200_000]))] == [5, 200_000]


def test_a_market_with_handles_is_forgotten_when_nobody_holds_it() -> None:
    market = Market(town(30))
    assert len(market.agents) == 30
    last_seen = weakref.ref(market)
    del market
    gc.collect()
    assert last_seen() is None
