"""Staff who speak to visitors: whom they reach, by Erlang's loss formula; what comes of it, by arithmetic."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from sim.market import Market
from sim.operations.visits import NEED, parts
from sim.scenario.document import Document
from tests.oracles.queueing_formulas import erlang_b
from tests.small_documents import small_document

SHARE, VOICED, AGREES = 0.5, 0.1, 0.7
NEEDY = {"share": SHARE, "voiced": VOICED, "agrees": AGREES, "task": "product", "price": 60, "cost": 10}
ASK = {"by": "lobby", "takes": {"exponential": {"mean": "6 min"}}}
DAYS = 28


def hall(
    lobby: Any = 1,
    approaching: dict[str, Any] | None = ASK,
    need: dict[str, Any] | None = NEEDY,
    desk: Any = "unlimited",
    patience: str = "20 min",
    **sections: Any,
) -> Document:
    """A hall with hands enough for errands, so that those who have done with theirs leave as a Poisson process."""
    hours = {"open": "00:00-24:00"}  # so that the last visitors of a day are still spoken to
    service: dict[str, Any] = {
        "stations": {
            "counter": {"staff": "unlimited", "open": "06:00-22:00"},
            "desk": {"staff": desk, **hours},
            "lobby": {"staff": lobby, **hours},
        },
        "tasks": {
            "errand": {"at": "counter", "takes": {"exponential": {"mean": "5 min"}}},
            "product": {"at": "desk", "takes": {"exponential": {"mean": "15 min"}}},
        },
        "patience": {"exponential": {"mean": patience}},
    }
    if approaching is not None:
        service["approaching"] = approaching
    market = {
        "customers": 3000,
        "segments": {"everyone": {"share": 1}},
        "traits": {"existing": 1, "activity": {"constant": 1}},
        "needs": {"errand": {"task": "errand", "rate": "0.1 per day", "contested": False, "price": 3}},
    }
    if need is not None:
        market["latent_needs"] = {"product": need}
    behaviour = {"leaving": {"form": "none"}, "complaining": "none", "word_of_mouth": "none"}
    return small_document(market=market, service=service, behaviour=behaviour, **sections)


def run(document: Document) -> Market:
    market = Market(document)
    market.run()
    return market


def total(market: Market, name: str) -> float:
    return sum(row.get(name, 0.0) for row in market.recorder.rows)


@pytest.mark.parametrize("staff", [1, 2])
def test_visitors_whom_nobody_is_free_to_speak_to_are_those_of_the_erlang_loss_formula(staff: int) -> None:
    """B(c, a) with a = rate·time, the rate without those who speak up; tolerance: 4 standard errors, widened by the
    correlation of losses in time, √((1 + 2a)) for a loss system of this size."""
    market = run(hall(lobby=staff))
    asked = total(market, "approaches") + total(market, "approaches_nobody_free")
    load = asked / (DAYS * 16 * 60) * 6.0
    expected = erlang_b(load, staff)
    tolerance = 4 * sqrt(expected * (1 - expected) / asked) * sqrt(1 + 2 * load)
    assert total(market, "approaches_nobody_free") / asked == pytest.approx(expected, abs=tolerance)


def test_with_everybody_spoken_to_business_is_what_arithmetic_says() -> None:
    """(1 + agrees·q)/(1 + voiced·q), both shares counted on the visitors there were; nothing is lost on the way."""
    active, passive = run(hall(lobby="unlimited")), run(hall(approaching=None))
    visitors = total(active, "served")
    assert visitors == total(passive, "served")
    for market, share in ((active, AGREES), (passive, VOICED)):
        needy = total(market, "further_needs")
        assert needy / visitors == pytest.approx(SHARE, abs=4 * sqrt(SHARE * (1 - SHARE) / visitors))
        met = total(market, "further_needs_met")
        assert met / needy == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / needy))
        assert total(market, "transactions") == visitors + met
    assert total(active, "further_needs") == total(passive, "further_needs")


def test_a_need_met_is_paid_to_the_cent() -> None:
    market = run(hall())
    met, served = total(market, "further_needs_met"), total(market, "served")
    assert total(market, "revenue") == 60 * met + 3 * served
    assert total(market, "profit") == 50 * met + 3 * served


def test_where_nobody_has_a_need_and_nobody_asks_nothing_is_otherwise() -> None:
    with_section = Market(hall(approaching=None, need={**NEEDY, "share": 0})).run()
    without = Market(hall(approaching=None, need=None)).run()
    for measure in ("visits", "wait_mean", "satisfaction", "profit"):
        assert with_section.value(measure) == without.value(measure)


def test_an_approach_nobody_needs_annoys_as_far_as_it_is_felt() -> None:
    no_need = {**NEEDY, "share": 0}
    felt = Market(hall(need=no_need)).run().value("satisfaction")
    unfelt = Market(hall(need=no_need, approaching={**ASK, "weight": 0})).run().value("satisfaction")
    nobody = Market(hall(need=no_need, approaching=None)).run().value("satisfaction")
    assert unfelt == nobody
    assert felt < nobody


def test_who_gives_up_at_the_desk_still_has_what_they_came_for() -> None:
    market = run(hall(lobby="unlimited", desk=1, patience="2 min"))
    assert total(market, "further_needs_given_up") > 100
    assert total(market, "lost") == 0
    wanted = total(market, "further_needs_met") + total(market, "further_needs_given_up")
    assert wanted == pytest.approx(AGREES * total(market, "further_needs"), rel=0.05)


def test_every_need_voiced_or_agreed_to_is_met_given_up_or_still_under_way() -> None:
    market = Market(hall(desk=1))
    wanted = 0
    for _ in range(DAYS):
        market.step()
        # Those inside tonight are still known; the others are settled and forgotten.
        inside = market.facility_state.visits.visit
        assert set(market.further.visit.tolist()) <= set(inside[parts(inside).kind == NEED].tolist())
        row = market.recorder.rows[-1]
        wanted += row["further_needs_met"] + row["further_needs_given_up"]
    assert wanted > 1000
    assert len(market.further) < 200


def test_being_spoken_to_takes_the_time_of_the_staff() -> None:
    """Minutes at work in the lobby are those of the approaches made: on average six."""
    market = Market(hall())
    busy = 0.0
    for _ in range(DAYS):
        market.step()
        encounters = market.today.encounters
        assert encounters is not None
        pool = market.plant.pool_of[market.plant.station_names.index("lobby"), 0]
        monitors = encounters.monitors
        busy += float(monitors.busy_time[pool])
        lost = monitors.reneged[pool] + monitors.balked[pool] + monitors.blocked[pool] + monitors.missed[pool]
        assert abs(int(monitors.arrivals[pool] - monitors.served[pool] - lost)) <= 1
    made = total(market, "approaches")
    assert busy / made == pytest.approx(6.0, abs=4 * 6.0 / np.sqrt(made))
