"""Channels: how customers come, where they wait, and results by channel."""

from __future__ import annotations

from typing import Any

import pytest

from sim.market import Market
from sim.measurement.by_channel import channel_measures
from sim.scenario.document import Document
from tests.scenario_texts import PLANS, SMALL_BANK, line_of, only_problem
from tests.small_documents import COUNTER, small_document


def shop(phone: dict[str, Any], **service: Any) -> Document:
    """Half of the visits come to a counter, half to a phone line."""
    return small_document(
        market={
            "customers": 300,
            "segments": {"everyone": {"share": 1, "traits": {"existing": 1}}},
            "needs": {"errand": {"task": "errand", "rate": "2 per week", "contested": False}},
        },
        service={
            "stations": {"counter": COUNTER, "line": {**COUNTER, "staff": 1, **phone}},
            "tasks": {"errand": {"at": {"counter": "50%", "line": "50%"}, "takes": {"exponential": {"mean": "9 min"}}}},
            **service,
        },
    )


def test_results_by_channel_add_up_to_the_whole() -> None:
    document = shop({"channel": "phone", "queue_limit": 1}, patience={"exponential": {"mean": "20 min"}})
    result = Market(document).run()
    table = result.channels
    assert table is not None
    assert table["channel"].tolist() == ["walk-in", "phone"]
    assert table["visits"].sum() == result.daily["ended"].sum()
    assert table["lost"].sum() == result.value("lost_visits") > 0
    whole = result.value("wait_mean")
    parts = (table["wait_sum"].sum(), table["joined"].sum())
    assert whole == pytest.approx(parts[0] / parts[1])
    assert result.value("lost_share_by_phone") == table["lost"][1] / table["visits"][1]
    assert result.value("lost_share_by_phone") > result.value("lost_share_by_walk_in")
    score = (table["satisfaction"] * table["visits"]).sum() / table["visits"].sum()
    assert score == pytest.approx(result.value("visit_satisfaction"))


def test_results_by_channel_are_those_of_the_encounters() -> None:
    result = Market(shop({"channel": "phone"}), keep_encounters=True).run()
    met = result.encounters
    assert met is not None
    by_phone = met[met["process"] == "errand at line"]
    assert result.value("visits_by_phone") == len(by_phone)
    assert result.value("wait_mean_by_phone") == pytest.approx(by_phone["wait"].mean())


def test_one_channel_needs_no_results_of_its_own() -> None:
    document = shop({})
    assert channel_measures(document) == []
    assert Market(document).run().channels is None


def test_a_channel_moves_no_number_where_nobody_gives_up() -> None:
    plain, written = (Market(shop(phone)).run() for phone in ({}, {"channel": "e-mail"}))
    shared = [name for name in plain.daily.columns if name in written.daily.columns]
    assert plain.daily[shared].equals(written.daily[shared])


def test_who_writes_neither_gives_up_nor_sees_a_queue() -> None:
    """The same people turn round and give up at the counter's queue."""
    impatient = {"patience": {"constant": "2 min"}, "balking": {"constant": 1}}
    by_mail = Market(shop({"channel": "e-mail"}, **impatient)).run()
    assert by_mail.value("lost_share_by_e_mail") == 0.0
    assert by_mail.value("lost_share_by_walk_in") > 0.0
    by_phone = Market(shop({"channel": "phone"}, **impatient)).run()
    assert by_phone.value("lost_share_by_phone") > 0.1


def test_nobody_stands_and_waits_for_an_e_mail() -> None:
    text = SMALL_BANK.replace("first: [vip], wage: 30}", "channel: e-mail, waiting: {where: on the spot}}")
    problem = only_problem(text + PLANS)
    assert problem.path == "service.stations.counter"
    assert problem.line == line_of(text, "channel: e-mail")
    assert "nobody stands and waits for an answer by e-mail" in problem.found
