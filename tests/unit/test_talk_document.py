"""Networks as files write them: who is tied to whom, how closely, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.market import Market
from sim.network import Network
from sim.network_shape import shape_of
from sim.scenario.load import Scenario, load_scenario, read_scenario
from tests.small_documents import small_document

TEXT = """\
scenario: ties
title: ties
currency: CNY
calendar: {run: 7 Sep 2009 to 13 Sep 2009}
market:
  customers: 100
  segments:
    client: {share: 10%}
    supplier: {share: 90%}
  talk: TALK
plans: {one: {title: one}}
"""


def loaded(talk: str, folder: Path | None = None) -> Scenario:
    text = TEXT.replace("TALK", talk)
    if folder is None:
        return read_scenario(text.encode(), "ties.yaml")
    file = folder / "ties.yaml"
    file.write_text(text, encoding="utf-8")
    return load_scenario(file)


def network(talk: str, folder: Path | None = None) -> Network:
    return Market(loaded(talk, folder).document("one")).network


def ties(contacts: Network) -> dict[tuple[int, int], bool]:
    first, second, strong = (column.tolist() for column in contacts.edges())
    return {(one, other): close for one, other, close in zip(first, second, strong, strict=True)}


def test_ties_are_named_by_segment_and_number_or_by_number_in_the_market() -> None:
    """Clients are the rows 0 to 9, so supplier:3 is row 13."""
    named = 'edges: {pairs: ["client:0, supplier:3", "7, 12, weak", "supplier:0,client:9,strong"]}'
    assert ties(network(f"{{{named}}}")) == {(0, 13): True, (7, 12): False, (9, 10): True}


def test_ties_may_stand_in_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("from,to,tie\nclient:0, supplier:3\n\n7,12,weak\n", encoding="utf-8")
    scenario = loaded("{edges: {file: ties.csv}}", tmp_path)
    document = scenario.document("one")
    assert document.market.talk.edges.pairs == ["client:0, supplier:3", "7,12,weak"]
    assert "ties.csv" not in scenario.canonical("one"), "the document is the only input of a run"
    assert ties(Market(document).network) == {(0, 13): True, (7, 12): False}


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        ("{edges: {file: nowhere.csv}}", "cannot be read"),
        ("{edges: {file: ../secret.csv}}", "own folder"),
        ('{edges: {pairs: ["client:0, client:0"]}}', "to themselves"),
        ('{edges: {pairs: ["0, 1", "1, 0"]}}', "joins them again"),
        ('{edges: {pairs: ["client:0, supplier:90"]}}', "the segment holds 90 people"),
        ('{edges: {pairs: ["0, 100"]}}', "the market holds 100 people"),
        ('{edges: {pairs: ["client:0, suplier:1"]}}', "there is no segment 'suplier'"),
        ('{edges: {pairs: ["0 - 1"]}}', "is not a tie"),
        ('{edges: {pairs: ["0, 1, close"]}}', "is not a tie"),
        ("{scale_free: {ties: 100}}", "fewer ties than customers"),
        ("{scale_free: {ties: 2}, groups: {size: 3}}", "at most one of"),
        ("{complete: true, strong: 50%}", "no tie stands out"),
        ("{links: {a: {of: client, to: client, each: 10}}}", "at most 9"),
        ("{links: {a: {of: clients, to: client, each: 1}}}", "did you mean 'client'"),
        ("{groups: {size: 1}}", "groups.size"),
    ],
)
def test_a_network_that_cannot_be_is_refused(talk: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as refused:
        loaded(talk, tmp_path)
    assert said in str(refused.value)
    assert ":10: " in str(refused.value) or ":11: " in str(refused.value)


def test_each_of_a_segment_has_so_many_different_links() -> None:
    contacts = network("{links: {trade: {of: supplier, to: client, each: 3, tie: weak}}}")
    assert (contacts.degrees()[10:] == 3).all()
    first, second, strong = contacts.edges()
    assert (first < 10).all()
    assert (second >= 10).all()
    assert not strong.any()


def test_links_stand_beside_the_network_and_the_stronger_tie_counts() -> None:
    """Everyone with everyone of a group of two by strong ties; weak links to all others."""
    contacts = network("{groups: {size: 2}, links: {all: {of: client, to: client, each: 9, tie: weak}}}")
    found = ties(contacts)
    assert len([each for each in found if max(each) < 10]) == 45
    assert all(found[row, row + 1] for row in range(0, 100, 2))
    assert not found[0, 2]


def test_a_share_of_the_ties_is_strong() -> None:
    document = loaded("{small_world: {degree: 8}, strong: 30%}").document("one")
    big = document.model_copy(update={"market": document.market.model_copy(update={"customers": 5000})})
    contacts = Market(big).network
    assert np.mean(contacts.strong) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 20_000))
    assert contacts.mean_degree() == 8.0


def test_nobody_talks_where_talk_is_empty() -> None:
    assert network("{}").mean_degree() == 0.0


def test_the_shape_of_a_network_is_told() -> None:
    shape = shape_of(loaded("{scale_free: {ties: 3}, strong: 40%}").document("one"))
    assert shape is not None
    assert 5.0 < shape.ties < 6.0, "three a newcomer, less the few who tie twice to one person"
    assert 0.2 < shape.strong < 0.6
    assert "degree exponent" in shape.words()
    assert "% of them strong" in shape.words()
    assert shape_of(small_document()) is None


def heard(traits: dict[str, Any]) -> float:
    """What people have heard in a week, taken together, where some have more influence than others."""
    document = small_document(
        market={
            "customers": 600,
            "segments": {"everyone": {"share": 1}},
            "traits": {"existing": 1.0, **traits},
            "needs": {"errand": {"task": "errand", "rate": "1 per week"}},
        },
        behaviour={"word_of_mouth": {"base": 1.0, "delight": 0, "anger": 0}, "leaving": {"form": "none"}},
        calendar={"run": "2009-09-07 to 2009-09-11"},
    )
    market = Market(document)
    market.run()
    return float(np.abs(market.customers.heard).sum())


def test_what_key_people_say_counts_more() -> None:
    """Talk changes nobody's need here within five days, so the same messages count three times as much."""
    plain, key = heard({}), heard({"influence": {"constant": 3}})
    assert key == pytest.approx(3 * plain, rel=0.1)
    assert heard({"influence": {"constant": 0}}) == 0.0
