"""Customers as Mesa agents: handles on the columns, made once, that let go of their market."""

from __future__ import annotations

import gc
import tracemalloc
import weakref

import mesa
import numpy as np
import pytest

from sim import market as market_module
from sim.customers import CUSTOMER, Customer
from sim.errors import RequestError
from sim.market import Market
from tests.behaviour.small_worlds import TOWN, document_of

DOCUMENT = document_of(TOWN, "campaign")


@pytest.fixture
def market() -> Market:
    return Market(DOCUMENT)


def test_everyone_is_a_mesa_agent_numbered_by_row(market: Market) -> None:
    agents = list(market.agents)
    assert all(isinstance(agent, mesa.Agent) and isinstance(agent, Customer) for agent in agents)
    assert [agent.unique_id for agent in agents] == [agent.row for agent in agents] == list(range(300))
    assert all(agent.model is market for agent in agents)


def test_select_finds_the_same_people_as_the_columns(market: Market) -> None:
    angry = market.agents.select(lambda customer: customer.satisfaction < 75 and customer.is_customer)
    rows = np.flatnonzero((market.customers.satisfaction < 75) & (market.customers.status == CUSTOMER))
    assert len(rows)
    assert [agent.row for agent in angry] == rows.tolist()


def test_get_and_agg_read_the_columns(market: Market) -> None:
    customers = market.customers
    assert market.agents.get("loyalty") == customers.loyalty.tolist()
    assert market.agents.agg("trust", np.mean) == np.mean(customers.trust)
    assert market.agents.agg("satisfaction", max) == customers.satisfaction.max()
    assert np.array_equal(np.array(market.agents.get("will")).T, customers.will)
    assert market.agents.get("segment") == [market.segment_names[number] for number in customers.segment]


def test_set_and_do_write_the_columns(market: Market) -> None:
    market.agents.select(lambda customer: customer.segment == "vip").set("satisfaction", 12.0)
    vip = market.customers.segment == market.segment_names.index("vip")
    assert (market.customers.satisfaction[vip] == 12.0).all()
    assert (market.customers.satisfaction[~vip] != 12.0).all()

    def forgive(customer: Customer) -> None:
        customer.satisfaction += 1.0
        customer.will = [1.0, 2.0, 3.0, 4.0, 5.0]
        customer.desired[4] = 6.5

    market.agents_of(np.array([7])).do(forgive)
    row = market.agents_of(np.array([7])).get("row")[0]
    assert market.customers.will[:, row].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert market.customers.desired[4, row] == 6.5
    assert market.customers.will[0, 8] != 1.0


def test_groupby_puts_people_together_by_a_column(market: Market) -> None:
    groups = market.agents.groupby("site")
    assert groups.count() == dict(enumerate(np.bincount(market.customers.site).tolist()))
    means = groups.agg("satisfaction", np.mean)
    for site, mean in means.items():
        assert mean == np.mean(market.customers.satisfaction[market.customers.site == site])


def test_agents_see_what_the_days_do(market: Market) -> None:
    before = market.agents.get("satisfaction")
    for _ in range(5):
        market.step()
    assert market.agents.get("satisfaction") == market.customers.satisfaction.tolist() != before


def test_what_agents_change_the_run_takes_up() -> None:
    market = Market(document_of(TOWN, "quiet"))
    market.agents.do(lambda customer: setattr(customer, "activity", 0.0))
    daily = market.run().daily
    assert daily["visits"].sum() == daily["needs"].sum() == 0


def test_making_agents_changes_no_result(market: Market) -> None:
    assert len(market.agents) == 300
    with_agents = market.run()
    assert with_agents.daily.equals(Market(DOCUMENT).run().daily)


def test_mesas_data_collector_reads_the_agents(market: Market) -> None:
    market.agents_of(np.array([3]))  # some handles made before must not make it think there are no others
    collector = mesa.DataCollector(
        model_reporters={"day": "day"},
        agent_reporters={"satisfaction": "satisfaction"},
        agenttype_reporters={Customer: {"loyalty": "loyalty"}},
    )
    market.step()
    collector.collect(market)
    table = collector.get_agent_vars_dataframe()
    assert table["satisfaction"].tolist() == market.customers.satisfaction.tolist()
    by_type = collector.get_agenttype_vars_dataframe(Customer)
    assert by_type["loyalty"].tolist() == market.customers.loyalty.tolist()


def test_a_customer_has_one_agent_however_often_asked_for(market: Market) -> None:
    first = market.agents_of(np.array([5, 9]))
    again = market.agents_of(market.customers.status >= 0)
    assert market.agents is market.agents
    assert {id(agent) for agent in first} <= {id(agent) for agent in again}
    assert [id(agent) for agent in again] == [id(agent) for agent in market.agents]
    assert len(market.agents_by_type[Customer]) == 300


def test_agents_of_takes_rows_or_a_mask_and_may_be_empty(market: Market) -> None:
    own = market.customers.status == CUSTOMER
    assert [agent.row for agent in market.agents_of(own)] == np.flatnonzero(own).tolist()
    assert [agent.row for agent in market.agents_of(np.array([9, 2]))] == [9, 2]
    assert len(market.agents_of(np.zeros(0, np.int64))) == 0
    assert len(market.agents_of(np.zeros(300, np.bool_))) == 0


@pytest.mark.parametrize("rows", [[-1], [300], [1.5], [True, False]])
def test_rows_nobody_has_are_refused(market: Market, rows: list[int]) -> None:
    with pytest.raises(RequestError, match="whole numbers from 0 to 299, or a mask over all 300"):
        market.agents_of(np.array(rows))


def test_a_large_market_asks_for_a_selection(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    assert market_module.MOST_AGENTS == 200_000
    monkeypatch.setattr(market_module, "MOST_AGENTS", 299)
    with pytest.raises(RequestError, match=r"300 customers are too many .* market\.agents_of\(rows\)"):
        _ = market.agents
    assert len(market.agents_of(np.arange(299))) == 299


def test_agents_cannot_be_replaced_or_removed(market: Market) -> None:
    with pytest.raises(AttributeError, match="handles on market"):
        market.agents = []
    with pytest.raises(RequestError, match="nobody leaves the market"):
        next(iter(market.agents)).remove()
    assert len(market.agents) == 300


def test_a_market_whose_agents_were_made_is_let_go() -> None:
    market = Market(DOCUMENT)
    market.agents.do(lambda customer: None)
    market.step()
    trail = weakref.ref(market)
    del market
    gc.collect()
    assert trail() is None


def test_twenty_runs_in_one_process_do_not_grow_memory() -> None:
    document = document_of(TOWN.replace("customers: 300", "customers: 100"), "campaign")

    def run() -> None:
        market = Market(document)
        assert len(market.agents) == 100
        market.step()

    run()  # what is imported and cached once is there now
    gc.collect()
    tracemalloc.start()
    try:
        one = Market(document)
        assert len(one.agents) == 100
        size = tracemalloc.get_traced_memory()[0]
        del one
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            run()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # Kept models would be twenty times the size of one.
    assert grown < 0.5 * size
